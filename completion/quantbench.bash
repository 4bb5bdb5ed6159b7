# Bash completion for quantbench. Subcommands and options are asked from the program, so they never lag behind.

_quantbench_subcommands() {
  "$1" --help 2>/dev/null | sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

_quantbench_options() {
  "$1" ${2:+"$2"} --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,' | sort -u
}

_quantbench() {
  local program=$1 current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} subcommand= word
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    [[ $word == -* ]] || { subcommand=$word; break; }
  done
  case $previous in
    --format)
      case $subcommand in
        plan) COMPREPLY=($(compgen -W "table ids json" -- "$current")) ;;
        tensor) COMPREPLY=($(compgen -W "table json" -- "$current")) ;;
        *) COMPREPLY=($(compgen -W "text markdown json junit gab bmf" -- "$current")) ;;
      esac
      return
      ;;
    --log-format) COMPREPLY=($(compgen -W "text json" -- "$current")); return ;;
    --metrics) COMPREPLY=($(compgen -W "accuracy latency size" -- "$current")); return ;;
    --cache | --plugin-path) COMPREPLY=($(compgen -d -- "$current")); return ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$(_quantbench_options "$program" "$subcommand")" -- "$current"))
  elif [[ -z $subcommand ]]; then
    COMPREPLY=($(compgen -W "$(_quantbench_subcommands "$program")" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}

complete -o filenames -F _quantbench quantbench
