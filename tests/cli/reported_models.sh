#!/usr/bin/env bash
# Networks of public bug reports give ONNX Runtime's classes, and topologies of real networks are understood, where these
# files lie beside the checkout.
source "$(dirname "$0")/common.sh"
cases=../shared/cases
[ -f "$cases/run.py" ] && command -v python3 >/dev/null ||
  { echo "skipped reported models: needs $cases and python3"; exit 77; }

python3 "$cases/run.py" "$quantbench" >"$scratch/cases" || fail "other classes than ONNX Runtime's:"$'\n'"$(grep -v '^ok' "$scratch/cases")"
for model in "$cases"/light/*.onnx; do
  ends 0 inspect "$model"
done
