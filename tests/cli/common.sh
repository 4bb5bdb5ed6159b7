# What the tests of this folder share. Each is called with the build's folder and sources this:
#   tests/cli/NAME.sh BUILD_DIR
# They are in the checkout then, go on after a mistake, and end with 1 if there was one.
set -euo pipefail
build=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
quantbench=$build/bin/quantbench images=$build/tests/default_dataset
scratch=$(mktemp -d)
failed=0
trap 'status=$?; rm -rf "$scratch"; [ "$status" -ne 0 ] || exit "$failed"' EXIT

fail() {
  echo "FAILED: $*" >&2
  failed=1
}

# needs_images: skips the test, visibly, where the default images haven't been made.
needs_images() {
  [ -e "$images/synsets.txt" ] || {
    echo "skipped: needs the default images in $images"
    exit 77
  }
}

# ends STATUS ARGUMENT...: quantbench's exit status; what it prints is in $scratch/out and $scratch/err.
ends() {
  local wanted=$1 status=0
  shift
  "$quantbench" "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
  [ "$status" -eq "$wanted" ] ||
    fail "exit status $status, not $wanted: quantbench $*"$'\n'"$(cat "$scratch/out" "$scratch/err")"
}

# says out|err TEXT [WHY]: the text is in what the program printed.
says() {
  [[ $(<"$scratch/$1") == *"$2"* ]] || fail "${3:-no '$2' on std$1}:"$'\n'"$(<"$scratch/$1")"
}

# refused TEXT ARGUMENT...: exit status 2, nothing on stdout, the text on stderr.
refused() {
  ends 2 "${@:2}"
  says err "$1" "'${*:2}' isn't refused with '$1'"
  [ ! -s "$scratch/out" ] || fail "'${*:2}' is refused, but prints: $(<"$scratch/out")"
}

# completed_by SCRIPT WORD...: what bash offers with that script after quantbench and these words.
completed_by() {
  bash -c '
    source "$1"
    program=$2
    shift 2
    COMP_WORDS=("$program" "$@") COMP_CWORD=$#
    _quantbench "$program"
    printf "%s\n" "${COMPREPLY[@]}"' _ "$1" "$quantbench" "${@:2}"
}
