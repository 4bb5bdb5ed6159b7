#!/usr/bin/env bash
# What --help names is what the completions of bash and zsh offer and what the manual page has:
# Every subcommand, every option, every value that the help lists. What needs zsh is skipped, visibly, where there is none.
source "$(dirname "$0")/common.sh"
set +e # many a list here is empty
root=$PWD

# The help's own lists, read another way than the completions do.
help_of() { "$quantbench" "$@" --help; }
subcommands_of() { help_of "$@" | awk '/^Subcommands:/ {on = 1; next} /^[^ ]/ {on = 0} on && /^  [a-z]/ {print $1}'; }
options_of() { help_of "$@" | grep -E '^  -' | grep -oE '^  [^ ]+' | tr -d ' ' | tr ',' '\n'; }
# "--format text,json": the options that take one of a few values.
choices_of() { help_of "$@" | sed -nE 's/^  (-[^ ]+) [^ {]*\{([^}]*)\}.*/\1 \2/p'; }
commands() { # commands [COMMAND ...]: all command lines down to the last subcommand
  echo "$*"
  local name
  for name in $(subcommands_of "$@"); do commands "$@" "$name"; done
}

# in_bash WORD ...: what TAB offers after these words
in_bash() { completed_by "$root/completion/quantbench.bash" "$@"; }

in_zsh() { # the same; what zsh's own functions are given is printed in their place
  zsh -f -c '
    compadd() { shift; print -rl -- "$@" }
    _describe() { print -rl -- "${(@)${(P)2}%%:*}" }
    _files() { print -r -- files "$@" }
    _message() { }
    compset() { }
    program=$2
    words=("${@[2,-1]}")
    CURRENT=${#words}
    source "$1"' _ "$root/completion/quantbench.zsh" "$quantbench" "$@"
}

# offers SHELL WANTED WORD ...: all of WANTED, one per line, is among what the shell offers.
offers() {
  local shell=$1 wanted=$2 missing
  shift 2
  missing=$(comm -13 <("in_$shell" "$@" | sort -u) <(sort -u <<<"$wanted") | tr '\n' ' ')
  [ -z "$missing" ] || fail "$shell, 'quantbench $*': offers no $missing"
}

shells=bash
if command -v zsh >/dev/null; then
  shells="bash zsh"
else
  echo "skipped zsh: not installed; ./dev test-extras installs it"
fi

"$root/cmake/manual_page.sh" "$quantbench" "$scratch/page" || fail "no manual page"
sed 's/\\-/-/g' "$scratch/page" >"$scratch/plain"
section() { awk -v title=".SH quantbench $*" '/^\.SH/ {on = $0 == title} on' "$scratch/plain"; }

count=0
while read -r -a command; do
  options=$(options_of "${command[@]}")
  names=$(subcommands_of "${command[@]}")
  [ -n "$options" ] || fail "the help of '${command[*]}' names no option"
  for shell in $shells; do
    offers "$shell" "$options" "${command[@]}" -
    [ -z "$names" ] || offers "$shell" "$names" "${command[@]}" ''
    while read -r option values; do
      [ -z "$option" ] || offers "$shell" "$(tr , '\n' <<<"$values")" "${command[@]}" "$option" ''
    done < <(choices_of "${command[@]}")
  done
  if [ "${#command[@]}" -gt 0 ]; then
    page=$(section "${command[@]}")
    for option in $options; do
      grep -qF -- "$option" <<<"$page" || fail "the manual page of '${command[*]}' has no $option"
    done
  fi
  count=$((count + 1))
done < <(commands)
[ "$count" -ge 14 ] || fail "found only $count commands"

# What isn't in a list: beginnings, folders, files, values behind an equals sign.
[ "$(in_bash comp)" = compare ] || fail "bash: comp isn't completed to compare"
[ "$(in_bash compare --format ju)" = junit ] || fail "bash: --format ju"
[ "$(in_bash compare --format = ju)" = junit ] || fail "bash: --format=ju"
[ "$(in_bash run --jobs '')" = '' ] || fail "bash: a number is no file"
[ "$(cd "$root" && in_bash run --cache scen)" = scenarios ] || fail "bash: a folder"
[ "$(cd "$root" && in_bash run READ)" = README.md ] || fail "bash: a file"
if [ "$shells" != bash ]; then
  [ "$(in_zsh run --cache '')" = 'files -/' ] || fail "zsh: a folder"
  [ "$(in_zsh run '')" = files ] || fail "zsh: a file"
  [ "$(in_zsh run --jobs '')" = '' ] || fail "zsh: a number is no file"
  [ "$(in_zsh cache prune --max-size=)" = '' ] || fail "zsh: a size is no file"
  "$root/tests/cli/completion.zsh" "$quantbench" "$root/completion" || fail "completion.zsh"
fi
echo "$count commands in $shells and the manual page"
