#!/usr/bin/env bash
# Command lines with a mistake: usage.sh QUANTBENCH. Each exits with 2 and says what is unknown and what was likely meant.
set -euo pipefail
quantbench=$1
failures=0

expect() { # expect MESSAGE ARGUMENT...
  local message=$1 status=0 said
  shift
  said=$("$quantbench" "$@" 2>&1) || status=$?
  [ "$status" -eq 2 ] && [[ $said == "$message"* ]] && return
  printf 'quantbench %s: status %s\n%s\nwanted: %s\n' "$*" "$status" "$said" "$message" >&2
  failures=$((failures + 1))
}

expect "quantbench: A subcommand is required"
expect "quantbench: unknown subcommand 'compar'; allowed: run, plan, " compar a b
expect "quantbench cache: unknown subcommand 'lst'; allowed: list, verify, prune (did you mean 'list'?)
\`quantbench cache --help\` tells more" cache lst
expect "quantbench run: unknown option '--oot' (did you mean '--out'?)" run x.yaml --oot there
expect "quantbench run: unknown option '--plugin-paht=x' (did you mean '--plugin-path'?)" run --plugin-paht=x x.yaml
expect "quantbench run: unknown option '--zzzzzzz'
" run --zzzzzzz x.yaml
expect "quantbench run: unexpected argument 'y.yaml'" run x.yaml y.yaml
expect "quantbench compare: new is required" compare base
[ "$failures" -eq 0 ]
