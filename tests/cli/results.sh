#!/usr/bin/env bash
# docs/results.md: it tells of every column in their order, and its examples run on real results, which results/schema.json
# describes.
source "$(dirname "$0")/common.sh"
here=$PWD guide=$PWD/docs/results.md
python=/usr/bin/python3 # the one that Debian's packages are for
[ -x "$python" ] || python=python3
ends 0 run scenarios/default.yaml --quiet --cache "$scratch/cache" --out "$scratch/results" --set dataset.root="$images" \
  --set dataset.evaluation.images=8 --set expect=off --set matrix.backend=reference --set matrix.precision=fp32 \
  --set 'latency={warmup_seconds: 0, min_seconds: 0.001, repetitions: 1}'
cd "$scratch/results"
told=$(sed -n 's/^| `\([a-z0-9_]*\)` |.*/\1/p' "$guide")
written=$(head -n 1 results.csv | tr -d '\r' | tr , '\n')
[ "$told" = "$written" ] || fail "docs/results.md and results.csv differ:"$'\n'"$(diff <(echo "$told") <(echo "$written"))"

# example TITLE: the block of code under it.
example() { awk -v title="## $1" '$0 == title { on = 1 } on && /^```$/ { exit } on && code { print } on && /^```python/ { code = 1 }' "$guide"; }
example "With SQLite" >sqlite.py
[[ $("$python" sqlite.py) == "reference fp32 "* ]] || fail "the example with SQLite"
if "$python" -c 'import jsonschema' 2>/dev/null; then
  "$python" - "$here/results/schema.json" results.json "$here/tests/browser/results.json" <<'PYTHON' || fail "results/schema.json"
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator, good = Draft202012Validator(schema), True
for file in sys.argv[2:]:
    results = json.load(open(file))
    for error in validator.iter_errors(results):
        print(f"{file}: {error.json_path}: {error.message}")
        good = False
    results["rows"][0]["new"] = 1
    good = good and not validator.is_valid(results)
sys.exit(not good)
PYTHON
else
  echo "skipped results/schema.json: no python3-jsonschema"
fi
if "$python" -c 'import pandas' 2>/dev/null; then
  example "With pandas" >pandas_example.py
  [[ $("$python" pandas_example.py) == *reference*generic*fp32* ]] || fail "the example with pandas"
else
  echo "skipped the example with pandas: no python3-pandas"
fi
