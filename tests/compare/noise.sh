#!/usr/bin/env bash
# How far `ab` and `compare` can be trusted with latency on this machine:
#   noise.sh measure FOLDER [PLUGIN [CYCLES]]    from the top of the tree, after ./dev build
#   noise.sh judge FOLDER                        what came out, and `compare`'s verdicts on what was measured
# A cycle (of 20) takes some four minutes. It measures the default network, int8, a scale a channel, batch 1, on a plugin (x86_vnni), once
# without and once with a neighbour on the other processor (neighbour.cpp): five times `ab` of one build with itself, once against
# 15% more work in each run, once against 5%; and a `run` of 18 repetitions. In turn with and without the neighbour, a `run` of 15%
# more work, and one of half as much again in three runs of ten. What the folder has already isn't measured again.
# `judge` takes some minutes: --confirm measures, and isn't repeated either. Wanted: no worse among the same build; 15% found or unclear, and found with
# --confirm; 5% found in at least 15 of 20; the truth inside at least 95 of 100 intervals; nearly every second mode noted.
set -euo pipefail
build=${QUANTBENCH_BUILD:-$PWD/build/release} # with tests
tools=${QUANTBENCH_TOOLS:-$build/tests/compare_plugins}
folder=${2:?usage: noise.sh measure | judge FOLDER}
plugin=${3:-x86_vnni}
cycles=${4:-20}
mkdir -p "$folder/plugins" "$folder/ab" "$folder/runs"
log=$folder/ab.csv
export QUANTBENCH_SLOWED_PLUGIN=$build/lib/quantbench/$plugin.so
case_settings=(--set matrix.precision=int8 --set matrix.granularity=per_channel --set matrix.batch_size=1 --set evaluation=off
  --set expect=off)
neighbour_id=

end_neighbour() {
  [ -z "$neighbour_id" ] || kill "$neighbour_id" 2>/dev/null || true
  neighbour_id=
}
trap end_neighbour EXIT

# neighbour on|off SEED
neighbour() {
  end_neighbour
  [ "$1" = on ] || return 0
  "$tools/neighbour" "$2" &
  neighbour_id=$!
}

# figure NAME FILE: a number of the one case in compare's JSON, or nothing.
figure() {
  sed -n "s/^ *\"$1\": \([0-9.e+-]*\),\{0,1\}$/\1/p" "$2" | head -n 1
}

# turns ID NEIGHBOUR PERCENT SECONDS [OPTION...]: one `ab`, unless it is in the log.
turns() {
  local id=$1 neighbour=$2 percent=$3 seconds=$4 status=0 start=$SECONDS out=$folder/ab/$1
  grep -q "^$id," "$log" && return 0
  neighbour "$neighbour" "${id//[^0-9]/}"
  "$build/bin/quantbench" ab "$folder/plugins/slowed-0.so" "$folder/plugins/slowed-$percent.so" scenarios/default.yaml --quiet \
    "${case_settings[@]}" --metrics latency --max-seconds "$seconds" --dir "$out" --format json --out "$out.json" "${@:5}" \
    2>"$out.log" || status=$?
  end_neighbour
  [ "$status" != 130 ] || exit 130
  mv "$out/pairs.csv" "$out.pairs.csv"
  rm -r "$out"
  echo "$id,$(date -u +%FT%TZ),$neighbour,$percent,$status,$(figure ratio "$out.json"),$(figure ratio_low "$out.json"),$(
    figure ratio_high "$out.json"),$(figure pairs "$out.json"),$((SECONDS - start)),$(cut -d ' ' -f 1 /proc/loadavg)" >>"$log"
}

# run ID NEIGHBOUR PERCENT [SHARE]: results to be compared over time.
run() {
  local out=$folder/runs/$1-$2-$3
  [ ! -e "$out/results.json" ] || return 0
  neighbour "$2" "$1"
  QUANTBENCH_SLOWED_SHARE=${4:-1} "$build/bin/quantbench" run scenarios/default.yaml --quiet --restart --out "$out.part" "${case_settings[@]}" \
    --set "matrix.backend={name: slowed, file: '$folder/plugins/slowed-$3.so'}" \
    --set "latency={warmup_seconds: 0.05, min_seconds: 0.1, repetitions: 18}" >"$folder/runs/log" 2>&1 || {
    cat "$folder/runs/log" >&2
    exit 2
  }
  end_neighbour
  mv "$out.part" "$out"
}

measure() {
  local cycle i neighbour
  folder=$(realpath "$folder")
  log=$folder/ab.csv
  for i in 0 5 15 50; do cp --remove-destination "$tools/slowed.so" "$folder/plugins/slowed-$i.so"; done
  printf 'version: 1\nlatency_ratio: 1.02\n' >"$folder/tight.yaml"
  [ -s "$log" ] || echo id,ended,neighbour,percent,exit_status,ratio,low,high,pairs,seconds,load >"$log"
  for cycle in $(seq -w "$cycles"); do
    for neighbour in off on; do
      run "$cycle" "$neighbour" 0
      for i in 1 2 3 4 5; do turns "$cycle-$neighbour-0-$i" "$neighbour" 0 60; done
      turns "$cycle-$neighbour-15" "$neighbour" 15 60
      turns "$cycle-$neighbour-5" "$neighbour" 5 120 --budget "$folder/tight.yaml" --precision 2
    done
    # Every second one without the neighbour.
    if [ $((10#$cycle % 2)) = 0 ]; then neighbour=off; else neighbour=on; fi
    run "$cycle" "$neighbour" 15
    run "$cycle" "$neighbour" 50 0.3
  done
}

# compared BASE NEW [OPTION...]: the exit status of `compare` on two runs, and its verdict.
compared() {
  local status=0
  "$build/bin/quantbench" compare "$folder/runs/$1" "$folder/runs/$2" --metrics latency --format json "${@:3}" >"$folder/compared.json" \
    2>"$folder/compared.log" || status=$?
  echo "$status $(sed -n 's/^      "verdict": "\(.*\)",$/\1/p' "$folder/compared.json" | head -n 1)"
}

# verdicts TEXT LIST: "40 pairs, 38 same, 2 unclear".
verdicts() {
  echo "$1: $(sort <<<"$2" | sed '/^$/d' | uniq -c |
    awk '{n += $1; text = text ", " $1 " " $3} END {print n + 0 " pairs" text}')"
}

judge() {
  local alone="" near="" slow="" slow_alone="" confirmed="" ratios="" half="" before="" cycle run truth
  # `compare` reads what is earlier than NEW alone, so all runs of the build can be given.
  rm -rf "$folder/same" && mkdir "$folder/same"
  for run in "$folder"/runs/*-0; do
    mkdir "$folder/same/${run##*/}"
    cp "$run/results.json" "$folder/same/${run##*/}/"
  done
  mkdir -p "$folder/nothing" && cp "$folder/runs/01-off-0/results.json" "$folder/nothing/"
  for cycle in "$folder"/runs/*-off-0; do
    cycle=${cycle##*/} && cycle=${cycle%%-*}
    for run in "$cycle-off-0" "$cycle-on-0"; do
      [ -e "$folder/runs/$run/results.json" ] || continue
      if [ -n "$before" ]; then
        alone+=$(compared "$before" "$run" --history "$folder/nothing")$'\n'
        near+=$(compared "$before" "$run" --history "$folder/same")$'\n'
      fi
      before=$run
    done
    for run in "$cycle-off-15" "$cycle-on-15"; do
      [ -e "$folder/runs/$run/results.json" ] || continue
      slow_alone+=$(compared "$before" "$run" --history "$folder/nothing")$'\n'
      ratios+=$(figure ratio "$folder/compared.json")$'\n'
      slow+=$(compared "$before" "$run" --history "$folder/same")$'\n'
      grep -qs "^$run," "$folder/confirmed.csv" ||
        echo "$run,$(compared "$before" "$run" --history "$folder/nothing" --confirm "$folder/plugins/slowed-0.so" \
          --confirm-new "$folder/plugins/slowed-15.so" --scenario scenarios/default.yaml "${case_settings[@]}")" >>"$folder/confirmed.csv"
      confirmed+=$(sed -n "s/^$run,//p" "$folder/confirmed.csv")$'\n'
    done
    for run in "$cycle-off-50" "$cycle-on-50"; do
      [ -e "$folder/runs/$run/results.json" ] || continue
      compared "$before" "$run" --history "$folder/same" >"$folder/half"
      ! grep -q 'the slow runs take' "$folder/compared.json" || echo 0 noted >"$folder/half"
      half+=$(cat "$folder/half")$'\n'
    done
  done
  verdicts "compare, same build, no earlier runs known" "$alone"
  verdicts "compare, same build, by earlier runs" "$near"
  verdicts "compare, 15% more work, no earlier runs known" "$slow_alone"
  verdicts "compare, 15% more work, by earlier runs" "$slow"
  verdicts "compare, 15% more work, none known, --confirm" "$confirmed"
  verdicts "compare, half as much again in three runs of ten" "$half"
  # A run of 15% more work inside the plugin takes a little less than 15% longer, since some of it is outside: what the runs say is the
  # truth that intervals are to hold.
  truth=$(sort -n <<<"$ratios" | sed '/^$/d' | awk '{all[NR] = $1} END {print (NR > 0 ? all[int((NR + 1) / 2)] : 1.15)}')
  awk -F , -v measured="$truth" 'NR > 1 {
      kind = $4 "% more work, neighbour " $3; truth = 1 + $4 / 15 * (measured - 1)
      ++all[kind]; worse[kind] += $5 == 3; unknown[kind] += $5 == 4
      holds[kind] += $7 != "" && $7 <= truth && truth <= $8; seconds[kind] += $10; if ($10 > most[kind]) most[kind] = $10
      if (low == "" || $11 + 0 < low) low = $11 + 0; if ($11 + 0 > high) high = $11 + 0
    }
    END {
      for (kind in all) printf "ab, %s: of %d, %d worse, %d incomparable, truth inside %d, %.0f s each, at most %d s\n", kind,
          all[kind], worse[kind], unknown[kind], holds[kind], seconds[kind] / all[kind], most[kind]
      printf "truth of 15%% more work: %s; load average %s to %s\n", measured, low, high
    }' "$log" | sort
}

case "${1:-}" in
  measure | judge) "$1" ;;
  *)
    echo "usage: noise.sh measure | judge FOLDER" >&2
    exit 2
    ;;
esac
