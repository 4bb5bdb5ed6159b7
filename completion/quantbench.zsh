#compdef quantbench
# Zsh completion for quantbench. Subcommands and options are asked from the program, so they never lag behind.

_quantbench() {
  local program=${words[1]} subcommand= word
  for word in ${words[2,CURRENT-1]}; do
    [[ $word == -* ]] || { subcommand=$word; break }
  done
  if [[ ${words[CURRENT]} == -* ]]; then
    local -a options
    options=(${(uf)"$($program $subcommand --help 2>/dev/null | grep -oE -- '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,')"})
    compadd -- $options
  elif [[ -z $subcommand ]]; then
    local -a subcommands
    subcommands=(${(f)"$($program --help 2>/dev/null |
      sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\)  *\(.*\)/\1:\2/p')"})
    _describe 'subcommand' subcommands
  else
    _files
  fi
}

_quantbench "$@"
