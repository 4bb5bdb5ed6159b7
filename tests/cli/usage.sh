#!/usr/bin/env bash
# Command lines with a mistake: each is told what is unknown and what was likely meant.
source "$(dirname "$0")/common.sh"

refused "quantbench: give a subcommand: run, "
refused "quantbench: unknown subcommand 'compar'; allowed: run, init, plan, " compar a b
refused "quantbench cache: unknown subcommand 'lst'; allowed: list, verify, prune (did you mean 'list'?)
\`quantbench cache --help\` tells more" cache lst
refused "quantbench run: unknown option '--oot' (did you mean '--out'?)" run x.yaml --oot there
refused "quantbench run: unknown option '--plugin-paht=x' (did you mean '--plugin-path'?)" run --plugin-paht=x x.yaml
refused "quantbench run: unknown option '--zzzzzzz'
" run --zzzzzzz x.yaml
refused "quantbench run: unexpected argument 'y.yaml'" run x.yaml y.yaml
refused "quantbench compare: new is required" compare base
