#!/usr/bin/env bash
# The mistakes of tests/cli/mistakes.txt: each command ends with its status and says its message, word by word.
#   tests/cli/mistakes.sh BUILD_DIR [--print]     --print shows what is said today, in the form of the file
source "$(dirname "$0")/common.sh"
needs_images
sources=$PWD list=$PWD/tests/cli/mistakes.txt mode=${2:-}
work=$scratch/work
mkdir "$work" && cd "$work"
unset QUANTBENCH_ISA QUANTBENCH_PLUGIN_PATH QUANTBENCH_ONNXRUNTIME QUANTBENCH_DEFAULT_DATASET
export QUANTBENCH_CACHE=$scratch/cache
quantbench() { command "$build/bin/quantbench" "$@"; }

# What the commands are about.
ln -s "$images" images
ln -s "$sources/datasets/default/mobilenet_v2.pth" model.pth
cp "$sources/tests/browser/results.json" results.json
cat >my.yaml <<'YAML'
version: 1
name: my
model: {file: model.pth}
dataset:
  root: images
  calibration: {per_class: 1}
  preprocess: {resize: 110, crop: 96}
matrix: {backend: reference, precision: [fp32, int8]}
latency: off
YAML
sed 's/^name: my/\tname: my/' my.yaml >tab.yaml
mkdir -p flat/val empty saved_model package.mlpackage
ln -s "$images/train" flat/train
cp images/val/q00000001/q00000001_0.JPEG flat/val/a.jpg
echo x >saved_model/saved_model.pb
echo '{}' >package.mlpackage/Manifest.json
printf '\034\0\0\0TFL3' >model.tflite
printf 'GGUF\3\0\0\0' >model.gguf
printf '\x89HDF\r\n\x1a\n' >model.h5
printf 'ftrt\0\0\0\0' >model.engine
python3 -c 'import zipfile
with zipfile.ZipFile("script.pt", "w") as file:
  file.writestr("script/data.pkl", b"\x80\x02}.")
  file.writestr("script/constants.pkl", b"\x80\x02).")'
elf() { printf '\x7fELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0'"$1"'\0\1\0\0\0%0240d' 0; } # elf MACHINE: a header of a library
elf '\363' >riscv.so
head -c 3000 "$build/lib/quantbench/reference.so" >cut.so
cp "$(ldd "$build/bin/quantbench" | awk '/libm\.so/ {print $3}')" plain.so
echo 'int main;' >plugin.c

said_by() {
  local status=0
  eval "$1" >"$scratch/said" 2>&1 </dev/null || status=$?
  echo "$status"
  sed "s|$work|DIR|g; s|$scratch|SCRATCH|g; s|$sources|SOURCES|g; s/\b$(uname -m | tr _ -)\b/OWN/g
    s/found: [a-z0-9_, ]*[a-z0-9_]/found: BACKENDS/; s/it has default, [a-z0-9_, ]*[a-z0-9_]/it has default, .../; s/share [0-9]* processors*/share N processors/" "$scratch/said"
}

# A block: "$ COMMAND", the exit status, the message; "..." at its end stands for whatever follows.
count=0
check() {
  [ -n "$command" ] || return 0
  count=$((count + 1))
  local said
  said=$(said_by "$command")
  if [ "$mode" = --print ]; then
    printf '$ %s\n%s\n\n' "$command" "$said"
  elif [[ $wanted == *$'\n...' ]]; then
    [[ $said == "${wanted%$'\n...'}"* ]] || fail "$command"$'\n'"$said"$'\n'"wanted: $wanted"
  else
    [ "$said" = "$wanted" ] || fail "$command"$'\n'"$said"$'\n'"wanted: $wanted"
  fi
  command=
}
command=
while IFS= read -r line || [ -n "$line" ]; do
  case $line in
    '# '*) [ "$mode" != --print ] || { check; echo "$line"; } ;;
    '$ '*) check; command=${line#'$ '} wanted= ;;
    '') ;;
    *) wanted+=${wanted:+$'\n'}$line ;;
  esac
done <"$list"
check
[ "$count" -ge 40 ] || fail "only $count mistakes"
echo "$count mistakes"
