#!/usr/bin/env bash
# Plugin folders with bad entries, systems without /proc or descriptors, and plugins that end badly in `check`: each is
# told in a sentence of its own, and nothing else suffers.
source "$(dirname "$0")/common.sh"
faulty=$build/tests/faulty_plugins folder=$scratch/plugins
mkdir "$folder" "$folder/folder.so"
ln -s loop.so "$folder/loop.so"
ln -s nowhere "$folder/dangling.so"
mkfifo "$folder/fifo.so"
echo "not a library" >"$folder/text.so"
: >"$folder/empty.so"
for name in none probe_garbage probe_impossible probe_hangs_up probe_segv; do
  cp "$faulty/$name.so" "$folder/$name.so"
done
# Many more of a kind would be found among these.
export QUANTBENCH_PLUGIN_PATH=

ends 0 plugins --plugin-path "$folder"
says out $'none 1  ends badly, for tests\n' "a plugin beside bad ones isn't found"
says out $'reference ' "the program's own plugins aren't found"
for refusal in "folder.so': it is a folder" "loop.so': it can't be opened: Too many levels of symbolic links" \
  "dangling.so': there is no such file" "fifo.so': it isn't a regular file" "text.so': it is a text file" \
  "empty.so': the file is empty" "probe_garbage.so': its process answered what can't be true" "probe_impossible.so': its process answered what can't be true" \
  "probe_hangs_up.so': its process closed its connection" "probe_segv.so': its process crashed"; do
  says out "$refusal"
done
[ "$(grep -c ' refused$' "$scratch/out")" -eq 10 ] || fail "not ten refusals: $(<"$scratch/out")"

ends 0 plugins --plugin-path "$folder/text.so"
says out "plugin folder '$folder/text.so' can't be read: Not a directory"

# check: a crash is its case's, and what comes behind it is done.
ends 1 check "$faulty/run_abort.so" --only '*/linear/1_to_1' --failures-only
says out "run_abort: 2 passed, 4 failed" "not each crash is a failed case, or what comes behind isn't done"
says out "the plugin crashed while fp32/b3/t2/linear/1_to_1: SIGABRT"
refused "load_segv.so': its process crashed" check "$faulty/load_segv.so" --only 'errors/*'
check_fails() {
  ends 1 check "$faulty/$1.so" --only "$2" --failures-only
  says out "$3"
}
check_fails writes_nothing 'int8/b1/t1/linear/1_to_10' "left value 0 of 10 of its output unwritten"
check_fails writes_behind 'int8/b1/t1/linear/1_to_10' "wrote 4 bytes behind the end of its output"
check_fails random 'int8/repeated_runs' "the same input again"
check_fails depends_on_batch 'int8/other_batch_size' "in a batch of 3"
check_fails changes_state 'process/*' "the rounding mode"
check_fails leaves_thread 'process/*' "1 thread ("
check_fails writes_input 'fp32/b1/t1/linear/1_to_1' "SIGSEGV"

# A flood is cut off, and counted.
ends 0 check "$faulty/prints_much.so" --only 'int8/b1/t1/linear/1_to_1'
[ "$(wc -c <"$scratch/err")" -lt 70000 ] || fail "more than 64 KiB of a plugin's output got through"
says err "bytes more than the 64 KiB that are shown"

# Nothing of what a plugin starts is there afterwards; other tests' processes have another environment.
MARK=$scratch ends 0 check "$faulty/leaves_process.so" --only 'int8/b1/t1/linear/1_to_1'
grep -qsz "^MARK=$scratch\$" /proc/[0-9]*/environ && fail "a plugin's process outlives its check"

# Ctrl-C while a plugin that hangs is looked into.
"$quantbench" run scenarios/default.yaml --quiet --out "$scratch/run" --cache "$scratch/cache" --set dataset.root="$images" \
  --set "matrix.backend={name: probe_hang, file: '$faulty/probe_hang.so'}" >"$scratch/out" 2>"$scratch/err" &
run=$!
for _ in $(seq 600); do
  worker=$(pgrep -n -P "$run") && grep -q probe_hang "/proc/$worker/maps" && break
  sleep 0.1
done
kill -INT "$run"
status=0
wait "$run" || status=$?
[ "$status" -eq 130 ] || fail "after SIGINT while plugins are looked for it ended with $status, not 130: $(<"$scratch/err")"
kill -0 "$worker" 2>/dev/null && fail "the worker outlives the search for plugins"

status=0
(ulimit -n 6 && exec "$quantbench" plugins --plugin-path "$folder") >"$scratch/out" 2>"$scratch/err" || status=$?
[ "$status" -ne 0 ] || fail "with 6 descriptors it says that all is well"
grep -q "Too many open files; allow this process more of them (\`ulimit -n 256\`)" "$scratch/out" "$scratch/err" ||
  fail "with 6 descriptors it doesn't say what is missing: $(cat "$scratch/out" "$scratch/err")"

# Without /proc, where this system allows to try that.
if unshare -m true 2>/dev/null; then
  status=0
  unshare -m bash -c 'mount -t tmpfs none /proc && exec "$@"' _ "$quantbench" plugins --plugin-path "$folder" \
    >"$scratch/out" 2>"$scratch/err" || status=$?
  [ "$status" -eq 0 ] || fail "without /proc it ended with $status: $(<"$scratch/err")"
  says out $'none 1  ends badly, for tests\n' "without /proc no plugin is found"
fi
