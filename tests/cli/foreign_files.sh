#!/usr/bin/env bash
# Files that aren't what their names promise, and folders that can't be written to: an error at once, with its reason.
source "$(dirname "$0")/common.sh"
results=tests/browser/results.json
mkfifo "$scratch/pipe"
scenario() {
  ends "$1" run scenarios/default.yaml --quiet --cache "${cache-$scratch/cache}" --out "${out-$scratch/sweep}" --jobs 1 \
    --set "dataset.root=$images" --set matrix.backend=reference --set matrix.precision=fp32 --set matrix.batch_size=1 \
    --set dataset.evaluation.images=2 --set expect=off --set latency=off "${@:2}"
}

# A program that waits for a pipe is killed after a while, and ends with another status then.
real=$quantbench
quantbench=$scratch/limited
printf '#!/bin/sh\nexec timeout 60 "%s" "$@"\n' "$real" >"$quantbench"
chmod +x "$quantbench"
for file in "$scratch/pipe" /dev/zero "$scratch"; do
  refused 'not a regular file' inspect "$file"
  refused 'not a regular file' run "$file"
  refused 'not a regular file' tensor --file "$file"
  refused 'not a regular file' compare "$results" "$results" --budget "$file"
  scenario 2 --set "model.file=$file"
  says err 'not a regular file'
  scenario 2 --set "dataset.synsets=$file"
  says err 'not a regular file'
done
for file in "$scratch/pipe" /dev/zero; do
  refused 'not a regular file' report "$file"
  refused 'not a regular file' compare "$results" "$file"
  refused 'not a regular file' history "$file"
done
mkdir "$scratch/run" "$scratch/results"
mkfifo "$scratch/run/journal.jsonl" "$scratch/results/results.json"
out=$scratch/run scenario 2
says err 'not a regular file'
refused 'not a regular file' report "$scratch/results"

# Names that the system doesn't take.
long=$(printf 'a%.0s' $(seq 5000))
for command in compare report history inspect; do
  status=0
  "$quantbench" "$command" "$long" "$long" >"$scratch/out" 2>"$scratch/err" || status=$?
  [ "$status" -eq 2 ] || fail "$command of an endless name ends with $status"
  ! grep -q 'internal error' "$scratch/err" || fail "$(<"$scratch/err")"
done

# A cache that would be another one in each folder.
(unset QUANTBENCH_CACHE XDG_CACHE_HOME; export HOME=rel; ends 2 cache list; says err "HOME is 'rel', which isn't an absolute path"; exit "$failed") ||
  failed=1
(unset QUANTBENCH_CACHE; export XDG_CACHE_HOME=rel HOME=$scratch/home; ends 0 cache list; exit "$failed") || failed=1
[ ! -e rel ] || fail "a cache in ./rel"

# A folder without permission to write; root writes everywhere, so somebody else has to try.
mkdir "$scratch/closed"
chmod 555 "$scratch/closed"
chmod 755 "$scratch"
as_nobody=
[ "$(id -u)" -ne 0 ] || as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
if $as_nobody true 2>/dev/null && $as_nobody test -x "$real"; then
  printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$as_nobody" "$real" >"$quantbench"
  ends 1 compare "$results" "$results" --out "$scratch/closed/folder/comment.md"
  says err "can't create the folder '$scratch/closed/folder': Permission denied"
  ends 1 compare "$results" "$results" --out "$scratch/closed/comment.md"
  says err "can't create '$scratch/closed/comment.md': Permission denied"
  out=$scratch/closed/run cache=$scratch/closed/cache scenario 2
  says err "Permission denied"
else
  echo "skipped folders without permission: needs setpriv, and a build that others may read"
fi
