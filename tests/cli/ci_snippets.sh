#!/usr/bin/env bash
# Runs the commands of docs/ci.md, in their order, on a few images.
# What a CI service or a second checkout would do is stood in for: ./dev, git worktree, gh.
source "$(dirname "$0")/common.sh"
source_dir=$PWD
needs_images
cd "$scratch"

# A checkout as far as the commands look at it, on 48 images and with little timing.
mkdir -p build/release/bin build/datasets scenarios datasets results/baselines stand_ins
ln -s "$images" build/datasets/default
ln -s "$source_dir/datasets/default" datasets/default
sed -e 's/per_class: 10/per_class: 1/' -e 's/^expect: .*//' \
  -e 's/^latency: .*/latency: {warmup_seconds: 0, min_seconds: 0.001, repetitions: 5}/' \
  -e 's/^\( *batch_size:\).*/\1 [1]/' -e 's/^\( *backend:\).*/\1 [reference]/' \
  "$source_dir/scenarios/default.yaml" >scenarios/default.yaml
cp "$source_dir/results/baselines/budget.yaml" results/baselines/
cat >dev <<'STAND_IN'
#!/bin/sh
exit 0
STAND_IN
cat >stand_ins/git <<'STAND_IN'
#!/bin/sh
case "$1 $2" in
  "merge-base origin/main") echo 0123abc ;;
  "worktree add")
    [ "$4" = 0123abc ] || exit 9
    mkdir -p "$3/build/release" && ln -s "$PWD/build/release/bin" "$3/build/release/bin" && cp dev "$3/dev"
    ;;
  *) exit 9 ;;
esac
STAND_IN
cat >stand_ins/cmake <<'STAND_IN'
#!/bin/sh
[ "$1 $3 $4" = "--install --prefix package" ] && mkdir "$4" && cp -r "$2/bin" "$4/bin"
STAND_IN
cat >stand_ins/gh <<'STAND_IN'
#!/bin/sh
echo "$@" >gh.log
STAND_IN
# Microseconds of timing tell nothing of latency: that command is tested, its verdict isn't.
cat >build/release/bin/quantbench <<STAND_IN
#!/bin/sh
[ "\$1" != ab ] || set -- "\$@" --max-seconds 1 --min-seconds 0.001
"$build/bin/quantbench" "\$@"
status=\$?
case "\$*" in
  *"--metrics latency"*) [ \$status -ne 2 ] ;;
  *) exit \$status ;;
esac
STAND_IN
printf '#!/bin/sh\nexit 0\n' >build/release/bin/make_default_dataset
chmod +x dev stand_ins/* build/release/bin/*
export PATH=$scratch/stand_ins:$PATH GITHUB_BASE_REF=main GITHUB_OUTPUT=$scratch/output BASE=0123abc QUANTBENCH_CACHE=$scratch/cache

# Prints "LANGUAGE<tab>COMMAND" of each fenced block: whole bash blocks; of YAML the run: blocks and the script: lists.
commands() {
  awk '
    /^```/ { language = substr($0, 4); block = 0; list = 0; next }
    language == "bash" { print "bash\t" $0; next }
    language != "yaml" { next }
    /^ *run: \|/ { match($0, /[^ ]/); indent = RSTART; block = 1; next }
    /^ *script:/ { match($0, /[^ ]/); indent = RSTART; list = 1; next }
    { match($0, /[^ -]/); depth = match($0, /[^ ]/) }
    block && depth > indent { sub(/^ */, ""); print "github\t" $0; next }
    list && depth > indent { sub(/^ *- /, ""); print "gitlab\t" $0; next }
    { block = 0; list = 0 }
  ' "$source_dir/docs/ci.md"
}

count=0
while IFS=$'\t' read -r language command; do
  echo "[$language] $command"
  bash -c "$command" </dev/null || {
    echo "exit status $? of: $command" >&2
    exit 1
  }
  count=$((count + 1))
done < <(commands)

[ "$count" -ge 15 ] || fail "only $count commands found in docs/ci.md"
grep -q -- '--body-file out/comment.md' gh.log || fail "no comment was made"
grep -q '^### quantbench: 2 cases' out/comment.md || fail "out/comment.md is no comparison of two cases"
grep -qx 'commit=0123abc' output || fail "no merge base"
[ "$(wc -l <out/ab/pairs.csv)" -gt 1 ] || fail "no pair was measured"
if command -v xmllint >/dev/null; then
  xmllint --noout --schema "$source_dir/tests/compare/junit.xsd" out/accuracy.xml
else
  echo "skipped xmllint: not installed (libxml2-utils)"
fi

# The gate must close: one other bit in the baseline's hash of an int8 model's outputs.
sed -i 's/\("outputs_hash": "\)\(.\)/\1x/' results/baselines/default.json
status=0
build/release/bin/quantbench compare results/baselines/default.json out/accuracy \
  --budget results/baselines/budget.yaml >gate.log || status=$?
[ "$status" -eq 3 ] || fail "a changed bit gave exit status $status, not 3: $(cat gate.log)"
echo "$count commands of docs/ci.md"
