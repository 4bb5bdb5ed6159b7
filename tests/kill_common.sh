# What the tests that kill a run at random moments share. Each sets `default_kills` and sources this with its arguments:
#   tests/kill_NAME.sh [KILLS [BUILD [IMAGES]]]
# They are in the checkout then, with `kills`, `quantbench`, `images` and an empty folder `work`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-$default_kills} build=${2:-build/release} images=${3:-build/datasets/default}
quantbench=$build/bin/quantbench
[ -x "$quantbench" ] || { echo "build first: ./dev build" >&2; exit 2; }
[ -f "$images/synsets.txt" ] || { echo "skipped: needs the default images in $images"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
RANDOM=${SEED:-$$}
echo "seed $RANDOM"

# sweep OUT CACHE OPTION...: dynamic cases have no calibration and static ones have, each backend counts.
# Replaces its shell, so that a kill hits the program itself.
sweep() {
  exec "$quantbench" run scenarios/default.yaml --quiet --out "$work/$1" --cache "$work/$2" --jobs 1 \
    --set dataset.root="$(realpath "$images")" --set dataset.calibration.per_class=1 --set dataset.evaluation.images=24 \
    --set 'matrix.quantization=[static, dynamic]' --set expect=off --set latency=off "${@:3}" >/dev/null
}

# kill_within MILLISECONDS PID: kills it after a random part of them, and counts in `killed` where it still ran.
killed=0
kill_within() {
  local pause=$((RANDOM * 32768 % ($1 + 1)))
  sleep "$(printf '%d.%03d' $((pause / 1000)) $((pause % 1000)))"
  ! kill -9 "$2" 2>/dev/null || killed=$((killed + 1))
}
