#!/usr/bin/env bash
# clang-tidy over the sources that are compiled, but for tests and benchmarks, which are mostly macros: all, those that changed
# (--changed), or the named ones. QUANTBENCH_TIDY_SECONDS bounds the time: sources that are not begun by then are counted, not
# looked at. Called by ./dev tidy.
set -euo pipefail
cd "$(dirname "$0")/.."
database=build/tidy/compile_commands.json

# A header is looked at through a source: its own, or the first that includes it.
source_of() {
  local file=$1
  case "$file" in
    *.cpp | *.c) echo "$file" ;;
    *.h | *.hpp)
      if [ -f "${file%.*}.cpp" ]; then
        echo "${file%.*}.cpp"
      else
        git grep -l "#include \"\(.*/\)\?$(basename "$file")\"" -- '*.cpp' | head -n 1 || true
      fi
      ;;
  esac
}

# What differs from origin/main; where that is what is checked out, what the last commit changed.
changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || true)
  if [ -z "$base" ] || { [ "$base" = "$(git rev-parse HEAD)" ] && git diff --quiet HEAD; }; then
    base=$(git rev-parse HEAD~1)
  fi
  git diff --name-only --diff-filter=d "$base"
  git ls-files --others --exclude-standard
}

if [ "${1:-}" = "--changed" ]; then
  mapfile -t files < <(changed_files)
else
  files=("$@")
fi
compiled=$(sed -n "s|^ *\"file\": \"$PWD/\(.*\)\",\?$|\1|p" "$database" | grep -vE '^(build|tests|benchmarks)/' | sort -u)
if [ ${#files[@]} -gt 0 ]; then
  chosen=$(for file in "${files[@]}"; do source_of "$file"; done | sort -u | comm -12 - <(echo "$compiled"))
elif [ "${1:-}" = "--changed" ]; then
  chosen=
else
  chosen=$compiled
fi

look_at() {
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "$1" >>"$late"
  else
    # GCC's own warnings are no news to Clang.
    clang-tidy -p build/tidy --quiet --extra-arg=-Wno-unknown-warning-option \
      --extra-arg=-Wno-unused-command-line-argument "$1" 2>"$late.$$" ||
      { cat "$late.$$"; return 1; }
  fi
}
late=$(mktemp)
trap 'rm -f "$late" "$late".*' EXIT
deadline=$(($(date +%s) + ${QUANTBENCH_TIDY_SECONDS:-86400}))
export -f look_at
export late deadline
status=0
echo "$chosen" | sed '/^$/d' | xargs -r -P "$(nproc)" -I {} bash -c 'look_at "$1"' _ {} || status=1
echo "clang-tidy: $(echo "$chosen" | grep -c .) sources, $(wc -l <"$late") of them left out for want of time"
exit "$status"
