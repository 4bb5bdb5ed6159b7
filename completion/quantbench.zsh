#compdef quantbench
# Zsh completion for quantbench. Subcommands, options and their values are asked from the program, so they never lag behind.

# What a help text lists, one a line, with its description: "NAME:TEXT".
_quantbench_subcommands() {
  print -r -- "$1" | sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\)  *\(.*\)/\1:\2/p'
}
_quantbench_options() {
  print -r -- "$1" | sed -n 's/^  \(-[^ ]*\).*/\1/p' | tr ',' '\n'
}
# "{text,json}", "DIR": what the help says of an option's value; nothing of a switch.
_quantbench_value() {
  print -r -- "$1" | sed -n "s/^  \(-[a-z],\)\{0,1\}$2 \([A-Z][^ ]*\).*/\2/p"
}

_quantbench() {
  local program=${words[1]} word help value
  local -a command subcommands options values
  help=$($program --help 2>/dev/null) || return
  subcommands=(${(f)"$(_quantbench_subcommands $help)"})
  for word in ${words[2,CURRENT-1]}; do
    (( ${subcommands[(I)$word:*]} )) || continue
    command+=$word
    help=$($program $command --help 2>/dev/null) || return
    subcommands=(${(f)"$(_quantbench_subcommands $help)"})
  done
  # --format=json: the value begins behind the sign.
  word=${words[CURRENT-1]}
  if [[ ${words[CURRENT]} == --*=* ]]; then
    word=${words[CURRENT]%%=*}
    compset -P '*='
  fi
  if [[ $word == --* ]]; then
    value=$(_quantbench_value $help $word)
    case $value in
      *'{'*'}'*) value=${${value#*\{}%%\}*} values=(${(s:,:)value})
        compadd -- $values; return ;;
      DIR*) _files -/; return ;;
      FILE*|*.npy) _files; return ;;
      ?*) _message $value; return ;;
    esac
  fi
  if [[ ${words[CURRENT]} == -* ]]; then
    options=(${(f)"$(_quantbench_options $help)"})
    compadd -- $options
  elif (( ${#subcommands} )); then
    _describe 'subcommand' subcommands
  else
    _files
  fi
}

_quantbench "$@"
