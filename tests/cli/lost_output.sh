#!/usr/bin/env bash
# What goes to stdout and doesn't arrive is an error of every subcommand; a reader that has seen enough is none.
source "$(dirname "$0")/common.sh"
results=tests/browser/results.json baseline=results/baselines/default.json
scenario=(scenarios/default.yaml --cache "$scratch/cache" --set "dataset.root=$images" --set matrix.backend=reference
  --set matrix.precision=fp32 --set matrix.batch_size=1 --set dataset.evaluation.images=2 --set expect=off --set latency=off)
"$quantbench" quantize "${scenario[@]}" --quiet --out "$scratch/models" >/dev/null 2>&1

# Each prints something and ends well.
commands=(
  "compare $baseline $baseline"
  "compare $baseline $baseline --format markdown"
  "compare $baseline $baseline --format json"
  "compare $baseline $baseline --format junit"
  "report $results --out -"
  "history $results"
  "history $results --format json"
  "history $results --format html"
  "plugins"
  "check reference --only *concurrent*"
  "inspect $scratch/models/fp32.onnx"
  "tensor --random 2x3"
  "cache list --cache $scratch/cache"
  "plan ${scenario[*]}"
  "plan ${scenario[*]} --format json"
  "quantize ${scenario[*]} --quiet --out $scratch/models"
  "run ${scenario[*]} --quiet --out $scratch/run"
  "--help"
  "run --help"
  "--version"
)
set -f
for command in "${commands[@]}"; do
  read -ra words <<<"$command"
  status=0
  "$quantbench" "${words[@]}" >"$scratch/all" 2>"$scratch/err" || status=$?
  [ "$status" -eq 0 ] && [ -s "$scratch/all" ] || { fail "ends with $status: $command"$'\n'"$(<"$scratch/err")"; continue; }

  status=0
  "$quantbench" "${words[@]}" >/dev/full 2>"$scratch/err" || status=$?
  [ "$status" -eq 1 ] || fail "on a full disk it ends with $status, not 1: $command"
  says err "can't write to stdout: No space left on device" "$command"
  status=0
  "$quantbench" "${words[@]}" >&- 2>"$scratch/err" || status=$?
  [ "$status" -eq 1 ] || fail "without stdout it ends with $status, not 1: $command"

  # Killed by the signal, as head leaves programs, or not told by it, as services have it.
  "$quantbench" "${words[@]}" 2>"$scratch/err" | true || true
  ! grep -q stdout "$scratch/err" || fail "a closed pipe isn't quiet: $command: $(<"$scratch/err")"
  status=0
  (trap '' PIPE; "$quantbench" "${words[@]}" 2>"$scratch/err"; echo $? >"$scratch/status") | true
  [ "$(<"$scratch/status")" -eq 0 ] || fail "behind a closed pipe it ends with $(<"$scratch/status"): $command"
  ! grep -q stdout "$scratch/err" || fail "a closed pipe isn't quiet where it is no signal: $command"
done
set +f

# Half a table is no table either: more than any buffer holds.
status=0
(ulimit -f 8 && "$quantbench" history "$results" --format html >"$scratch/limited") 2>"$scratch/err" || status=$?
[ "$status" -ne 0 ] || fail "a page that was cut off ends with 0"

# A verdict that can't be read counts for nothing; an error that was told stays what it is.
sed 's/"status": "ok"/"status": "failed"/' "$results" >"$scratch/worse.json"
ends 3 compare "$results" "$scratch/worse.json"
status=0
"$quantbench" compare "$results" "$scratch/worse.json" >/dev/full 2>"$scratch/err" || status=$?
[ "$status" -eq 1 ] || fail "a lost verdict ends with $status"
status=0
"$quantbench" compare "$results" "$scratch/none.json" >/dev/full 2>"$scratch/err" || status=$?
[ "$status" -eq 2 ] || fail "a file that isn't there ends with $status"

# Devices stay devices.
ends 1 compare "$baseline" "$baseline" --out /dev/full
says err "No space left on device"
ends 0 compare "$baseline" "$baseline" --out /dev/null
[ -c /dev/null ] && [ -c /dev/full ] || fail "--out has replaced a device"
