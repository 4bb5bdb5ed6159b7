#!/usr/bin/env bash
# The scripts of docs/guide_cluster.md under a real Slurm: munged, slurmctld and two slurmd of our own on this machine, with
# files and ports that no other has. A task is requeued while it runs; the merge waits for all, and gives the bytes of one run.
#
#   tests/cluster/slurm.sh [BUILD [IMAGES]]     default: build/release build/datasets/default
# Needs root and Debian's slurmctld, slurmd, slurm-client, munge.
set -euo pipefail
cd "$(dirname "$0")/../.."
source_dir=$PWD
build=$(realpath "${1:-build/release}") images=$(realpath "${2:-build/datasets/default}")
for program in munged slurmctld slurmd sbatch; do
  command -v "$program" >/dev/null || PATH=$PATH:/usr/sbin command -v "$program" >/dev/null || {
    echo "skipped: needs $program (Debian: slurmctld, slurmd, slurm-client, munge)"
    exit 77
  }
done
[ "$(id -u)" -eq 0 ] || { echo "skipped: needs root"; exit 77; }
[ -f "$images/synsets.txt" ] || { echo "skipped: needs the default images in $images"; exit 77; }
export PATH=$PATH:/usr/sbin:$build/bin
work=$(mktemp -d) daemons=()
stop() {
  local pid
  for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
fail() {
  echo "FAILED: $*" >&2
  tail -n 20 "$work"/*.log "$work"/slurm-*.out >&2 || true
  exit 1
}

port=$((20000 + $$ % 20000))
chmod 755 "$work"
mkdir -m 700 "$work/munge" "$work/state" "$work/spool1" "$work/spool2"
head -c 128 /dev/urandom >"$work/munge/key"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" \
  --pid-file="$work/munge/pid" --log-file="$work/munged.log" --seed-file="$work/munge/seed" 2>"$work/munge.log" &
daemons+=($!)
cat >"$work/slurm.conf" <<CONF
ClusterName=quantbench
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CredType=cred/munge
SlurmctldPort=$port
StateSaveLocation=$work/state
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
SlurmdSpoolDir=$work/spool.%n
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
NodeName=node1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1
NodeName=node2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.log" 2>&1 &
daemons+=($!)
for node in node1 node2; do
  slurmd -D -N "$node" -f "$SLURM_CONF" >"$work/$node.log" 2>&1 &
  daemons+=($!)
done
for attempt in $(seq 60); do
  [ "$(sinfo -h -o %T -N 2>/dev/null | grep -c idle)" -ne 2 ] || break
  [ "$attempt" -lt 60 ] || fail "the nodes don't come up: $(sinfo 2>&1)"
  sleep 1
done
echo "Slurm $(slurmd -V) with two nodes"

# block LANGUAGE NUMBER: of the guide.
block() {
  awk -v language="$1" -v number="$2" '
    $0 == "```" language && ++count == number {on = 1; next} /^```/ {on = 0} on' "$source_dir/docs/guide_cluster.md"
}
cd "$work"
ln -s "$source_dir/datasets" datasets
mkdir scenarios
cp "$source_dir/scenarios/default.yaml" scenarios/
cat >scenario.yaml <<SCENARIO
extends: scenarios/default.yaml
dataset: {root: $images, calibration: {per_class: 1}, evaluation: {images: 32}}
matrix: {backend: reference, batch_size: [1], granularity: [per_channel]}
expect: off
latency: off
SCENARIO
export QUANTBENCH_CACHE=$work/cache
quantbench run scenario.yaml --quiet --out whole >/dev/null || fail "the run over all images"
block sbatch 1 >parts.sbatch
block sbatch 2 >merge.sbatch
eval "$(block submit 1)" >submitted || fail "sbatch: $(cat submitted)"
# As a preemption does.
requeued=no
for attempt in $(seq 600); do
  if [ "$requeued" = no ] && [ -n "$(squeue -h -t RUNNING -j "${parts}_1" 2>/dev/null)" ]; then
    ! scontrol requeue "${parts}_1" 2>/dev/null || requeued=yes
  fi
  queue=$(squeue -h)
  [ -n "$queue" ] || break
  ! grep -q DependencyNeverSatisfied <<<"$queue" || fail "a part failed"
  [ "$attempt" -lt 600 ] || fail "the jobs don't end: $queue"
  sleep 0.5
done
[ "$requeued" = yes ] || fail "no task was requeued while it ran"
cmp whole/results.csv results/merged/results.csv || fail "results differ"
diff -r whole/predictions results/merged/predictions || fail "predictions differ"
echo "8 parts, one of them requeued, and a merge behind them: equal"
