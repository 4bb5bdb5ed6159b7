#!/usr/bin/env bash
# The commands of docs/guide_cluster.md on a few images, each merge compared with one run. What Slurm or a CI service would do
# is stood in for: the tasks of an array and the jobs of a matrix one after another.
source "$(dirname "$0")/common.sh"
source_dir=$PWD
needs_images
cd "$scratch"
ln -s "$source_dir/datasets" datasets
mkdir -p scenarios stand_ins build/release
ln -s "$build/bin" build/release/bin
cp "$source_dir/scenarios/default.yaml" scenarios/
cat >scenario.yaml <<SCENARIO
extends: scenarios/default.yaml
dataset: {root: $images, calibration: {per_class: 1}, evaluation: {images: 9}}
matrix: {backend: reference, batch_size: [1], precision: [fp32]}
expect: off
latency: {warmup_seconds: 0, min_seconds: 0.001, repetitions: 1}
SCENARIO
export QUANTBENCH_CACHE=$scratch/cache PATH=$scratch/stand_ins:$build/bin:$PATH
# sbatch in place: every task of the array, or the one job.
cat >stand_ins/sbatch <<'STAND_IN'
#!/bin/bash
[ "$1" != --parsable ] || shift
[[ $1 != --dependency=* ]] || { [ "$1" = --dependency=afterok:7 ] || exit 9; shift; }
export SLURM_CPUS_PER_TASK=1 SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT=1
count=$(sed -n 's/^#SBATCH .*--array=1-\([0-9]*\).*/\1/p' "$1")
SLURM_ARRAY_TASK_COUNT=${count:-1}
for ((SLURM_ARRAY_TASK_ID = 1; SLURM_ARRAY_TASK_ID <= SLURM_ARRAY_TASK_COUNT; ++SLURM_ARRAY_TASK_ID)); do
  bash "$1" >>tasks.log 2>&1 || { status=$?; tail -n 5 tasks.log >&2; exit "$status"; }
done
echo 7
STAND_IN
chmod +x stand_ins/sbatch
quantbench run scenario.yaml --quiet --set latency=off --out whole >/dev/null

# blocks LANGUAGE: of the guide, behind each a line "---".
blocks() {
  awk -v language="$1" '
    $0 == "```" language {on = 1; next}
    /^```/ {if (on) print "---"; on = 0}
    on' "$source_dir/docs/guide_cluster.md"
}
# block LANGUAGE NUMBER
block() { blocks "$1" | awk -v number="$2" 'BEGIN {at = 1} $0 == "---" {++at; next} at == number'; }
runs() { # runs TITLE COMMANDS: from nothing to a merge that gives the bytes of one run
  rm -rf parts results
  bash -e -c "$2" >commands.log 2>&1 || fail "$1: $(cat commands.log)"
  diff -r whole/predictions results/merged/predictions || fail "$1: other predictions"
}

runs "parts" "$(block bash 1)"
runs "latency on one part" "$(block bash 2)"
grep -q ',ok,' results/merged/results.csv || fail "no row is ok"

block sbatch 1 >parts.sbatch
block sbatch 2 >merge.sbatch
runs "Slurm" "$(block submit 1)"

# of_yaml NUMBER JOB: the commands of a job, those of a matrix for each of its three members.
of_yaml() {
  local member commands
  commands=$(block yaml "$1" | awk -v job="$2:" '
    $1 == "part:" || $1 == "merge:" {name = $1}
    name == job && /build\/release\/bin\/quantbench/ {sub(/^ *(- )?/, ""); print}')
  [ -n "$commands" ] || fail "no command of job $2"
  [ "$2" = part ] || { echo "$commands"; return; }
  for member in 1 2 3; do
    sed "s/\${{ matrix.part }}/$member/g; s/\$CI_NODE_INDEX/$member/g; s/\$CI_NODE_TOTAL/3/g" <<<"$commands"
  done
}
runs "GitHub" "$(of_yaml 1 part)
$(of_yaml 1 merge)"
runs "GitLab" "$(of_yaml 2 part)
$(of_yaml 2 merge)"
