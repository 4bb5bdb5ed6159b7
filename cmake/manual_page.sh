#!/usr/bin/env bash
# Writes the manual page of the program: manual_page.sh PROGRAM FILE. Its text is the help of the program and of each of
# its subcommands.
set -euo pipefail
program=$1
file=$2

# Help text as troff: backslashes and lines that would be requests are escaped, the layout stays.
verbatim() {
  echo '.EX'
  sed 's/\\/\\e/g; s/-/\\-/g; s/^\([.'"'"']\)/\\\&\1/'
  echo '.EE'
}

# subcommands [COMMAND ...]: lines of the help's list of subcommands, two spaces and a name.
subcommands() {
  "$program" "$@" --help | sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z][a-z-]*\) .*/\1/p'
}

# sections COMMAND ...: a section of its help, and of each of its subcommands'.
sections() {
  local command
  echo ".SH quantbench $*"
  "$program" "$@" --help | verbatim
  for command in $(subcommands "$@"); do
    sections "$@" "$command"
  done
}

version=$("$program" --version)
[ -n "$(subcommands)" ] || {
  echo "manual_page.sh: found no subcommand in the help of $program" >&2
  exit 1
}
{
  echo ".TH QUANTBENCH 1 \"\" \"quantbench $version\" \"User Commands\""
  echo '.SH NAME'
  echo 'quantbench \- what is gained and lost when an image classifier is quantised'
  echo '.SH SYNOPSIS'
  echo '.B quantbench'
  echo '.I COMMAND'
  echo '[\fIOPTION\fR ...]'
  echo '.SH DESCRIPTION'
  "$program" --help | verbatim
  for command in $(subcommands); do
    sections "$command"
  done
} >"$file.partial"
mv "$file.partial" "$file"
