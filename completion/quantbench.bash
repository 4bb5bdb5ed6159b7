# Bash completion for quantbench. Subcommands, options and their values are asked from the program, so they never lag behind.

# What a help text lists, one a line.
_quantbench_subcommands() {
  sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$1"
}
_quantbench_options() {
  sed -n 's/^  \(-[^ ]*\).*/\1/p' <<<"$1" | tr ',' '\n'
}
# "{text,json}", "DIR": what the help says of an option's value; nothing of a switch.
_quantbench_value() {
  sed -n "s/^  \(-[a-z],\)\{0,1\}$2 \([A-Z][^ ]*\).*/\2/p" <<<"$1"
}

_quantbench() {
  local program=$1 current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} help word value
  local -a command=()
  COMPREPLY=()
  help=$("$program" --help 2>/dev/null) || return
  for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    grep -qxF -- "$word" <<<"$(_quantbench_subcommands "$help")" || continue
    command+=("$word")
    help=$("$program" "${command[@]}" --help 2>/dev/null) || return
  done
  # Bash takes --format=json for three words.
  [[ $current == = ]] && current=
  [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}
  if [[ $previous == --* ]]; then
    value=$(_quantbench_value "$help" "$previous")
    case $value in
      *{*}*) value=${value#*\{} value=${value%%\}*}
        COMPREPLY=($(compgen -W "${value//,/ }" -- "$current")); return ;;
      DIR*) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")); return ;;
      FILE* | *.npy) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); return ;;
      ?*) return ;;
    esac
  fi
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(_quantbench_options "$help")" -- "$current"))
  elif [[ -n $(_quantbench_subcommands "$help") ]]; then
    COMPREPLY=($(compgen -W "$(_quantbench_subcommands "$help")" -- "$current"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}

complete -F _quantbench quantbench
