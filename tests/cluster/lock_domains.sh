#!/usr/bin/env bash
# Two nodes that share a cache but no locks, as on NFS mounted with nolock: one folder behind two FUSE mounts (bindfs), where
# the kernel keeps locks for each mount, and a host name for each process. Both begin with nothing and make the same entries
# at the same moment, and one node prunes under the other: the bytes of one run.
#
#   tests/cluster/lock_domains.sh [ROUNDS [BUILD [IMAGES]]]     default: 5 build/release build/datasets/default
# Needs root, bindfs and /dev/fuse.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
quantbench=$(realpath "${2:-build/release}")/bin/quantbench images=$(realpath "${3:-build/datasets/default}")
skip() { echo "skipped: needs $*"; exit 77; }
command -v bindfs >/dev/null || skip "bindfs"
[ -w /dev/fuse ] && [ "$(id -u)" -eq 0 ] || skip "root and /dev/fuse"
[ -f "$images/synsets.txt" ] || skip "the default images in $images"
work=$(mktemp -d)
mkdir "$work"/{server,node1,node2}
stop() {
  local job
  for job in $(jobs -p); do kill "$job" 2>/dev/null || true; done
  wait 2>/dev/null || true
  umount "$work/node1" "$work/node2" 2>/dev/null || true
  mountpoint -q "$work/node1" || mountpoint -q "$work/node2" || rm -rf "$work"
}
trap stop EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
for node in 1 2; do bindfs "$work/server" "$work/node$node"; done

touch "$work/node1/probe"
exec 8>"$work/node1/probe" 9>"$work/node2/probe"
flock -n 8 && flock -n 9 || fail "the two mounts share their locks: nothing is tested"
exec 8>&- 9>&-

arguments=(run scenarios/default.yaml --quiet --jobs 1 --set dataset.root="$images" --set dataset.calibration.per_class=1
  --set dataset.evaluation.images=24 --set expect=off --set latency=off --set matrix.backend=reference)
on() { # on NODE COMMAND...: with that node's name and mount
  unshare --uts bash -c 'hostname "node$1" && shift && exec "$@"' - "$@"
}
"$quantbench" "${arguments[@]}" --cache "$work/cache" --out "$work/whole" >/dev/null
for ((round = 1; round <= rounds; ++round)); do
  parts=()
  for node in 1 2; do
    on "$node" "$quantbench" "${arguments[@]}" --cache "$work/node$node/cache" --out "$work/node$node/part$node" \
      --shard "$node/2" >/dev/null 2>"$work/log$node" &
    parts+=($!)
  done
  # What no lock of its own keeps a node from.
  for ((prunes = 0; prunes < round; ++prunes)); do
    sleep 0.3
    on 2 "$quantbench" cache prune --all --cache "$work/node2/cache" >/dev/null 2>&1 || true
  done
  for part in "${parts[@]}"; do wait "$part" || fail "a part: $(cat "$work"/log?)"; done
  "$quantbench" merge "$work/merged" --from "$work"/node1/part{1,2} >/dev/null 2>"$work/log" || fail "$(cat "$work/log")"
  cmp "$work/whole/results.csv" "$work/merged/results.csv" && diff -r "$work/whole/predictions" "$work/merged/predictions" ||
    fail "results differ"
  ! find "$work/server" -name '*.partial-*' | grep . || fail "files are left behind"
  rm -rf "$work/merged" "$work"/server/{cache,part1,part2}
done
echo "$rounds rounds of two nodes without common locks: equal"
