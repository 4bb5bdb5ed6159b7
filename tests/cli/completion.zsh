#!/usr/bin/env zsh
# Presses TAB in an interactive zsh that has the completion on its path:
#   completion.zsh QUANTBENCH FOLDER_OF_COMPLETIONS
# and prints what became of the line.
emulate -R zsh
zmodload zsh/zpty
scratch=$(mktemp -d)
trap 'zpty -d shell 2>/dev/null; rm -rf $scratch' EXIT
mkdir $scratch/bin $scratch/functions
ln -s ${1:A} $scratch/bin/quantbench
cp $2/quantbench.zsh $scratch/functions/_quantbench
print -rl -- "fpath=($scratch/functions \$fpath)" "path=($scratch/bin \$path)" 'PS1="%% "' 'unsetopt beep' 'autoload -U compinit' \
  "compinit -u -d $scratch/dump" 'zmodload zsh/complist' 'setopt no_list_ambiguous' 'print ready' >$scratch/.zshrc
export ZDOTDIR=$scratch TERM=dumb
zpty -b shell zsh -i

# until PATTERN: what the shell writes up to it, within ten seconds.
until_seen() {
  local seen chunk
  repeat 200; do
    while zpty -rt shell chunk; do seen+=$chunk; done
    [[ $seen == ${~1} ]] && { print -r -- $seen; return 0 }
    sleep 0.05
  done
  print -r -- $seen
  return 1
}

until_seen '*ready*' >/dev/null || { print "FAILED: no interactive zsh"; exit 1 }
failed=0
# completes TYPED LINE: TAB makes the line of it. Control-A and a print in front show what the line is.
completes() {
  zpty -w -n shell "$1"$'\t'
  zpty -w shell $'\x01'"print -r -- '<' "$'\x05'" '>'"
  local seen
  seen=$(until_seen "*< $2 >*") || { print "FAILED: TAB after '$1' doesn't give '$2': ${(V)seen}"; failed=1 }
}
completes 'quantbench comp' 'quantbench compare'
completes 'quantbench cache pru' 'quantbench cache prune'
completes 'quantbench compare --bud' 'quantbench compare --budget'
completes 'quantbench compare --format ju' 'quantbench compare --format junit'
completes 'quantbench compare --format=ju' 'quantbench compare --format=junit'
exit $failed
