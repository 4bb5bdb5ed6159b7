#!/usr/bin/env bash
# Installs the build into a scratch folder and uses it from there as others do:
# the template plugin built in a folder of its own, checked, found and listed; manual page; completion.
source "$(dirname "$0")/common.sh"
prefix=$scratch/prefix
quantbench=$prefix/bin/quantbench

cmake --install "$build" --prefix "$prefix" >"$scratch/install.log"
"$quantbench" plugins >"$scratch/plugins"
grep -q '^reference ' "$scratch/plugins" || fail "the installed program doesn't find its plugins"
grep -q "library  $prefix/lib/quantbench/" "$scratch/plugins" || fail "plugins of another folder"

# The default scenario finds its network, and there is a program for its images.
"$quantbench" plan "$prefix/share/quantbench/scenarios/default.yaml" >"$scratch/plan" || fail "no scenario to copy"
[ -s "$prefix/share/quantbench/datasets/default/mobilenet_v2.pth" ] || fail "the default scenario's network isn't installed"
"$prefix/bin/make_default_dataset" --help >/dev/null || fail "no make_default_dataset"

# By its name from any folder: finds the scenario, makes its images (here a few of them) in the user's cache, once.
mv "$prefix/bin/make_default_dataset" "$scratch/maker"
printf '#!/bin/sh\necho made >&2\nexec "%s" "$@" --train-per-class 1 --val-per-class 1\n' "$scratch/maker" \
  >"$prefix/bin/make_default_dataset"
chmod +x "$prefix/bin/make_default_dataset"
mkdir "$scratch/elsewhere"
run_default() {
  (unset QUANTBENCH_CACHE QUANTBENCH_DEFAULT_DATASET; export XDG_CACHE_HOME=$scratch/xdg; cd "$scratch/elsewhere"
  ends 0 run default --set 'matrix={backend: reference, precision: fp32}' --set expect=off --set latency=off; exit "$failed") || failed=1
}
run_default
says err "making the images of the default scenario in '$scratch/xdg/quantbench/datasets/default'"
[ -s "$scratch/elsewhere/results/default/results.csv" ] || fail "run default leaves no results"
grep -q ',24,' "$scratch/elsewhere/results/default/results.csv" || fail "not the 24 images that were made"
[ ! -e "$prefix/share/quantbench/build" ] || fail "images in the installation"
run_default
[[ $(<"$scratch/err") != *made* ]] || fail "the images are made twice"
mv "$scratch/maker" "$prefix/bin/make_default_dataset"

# The pages are there with all that they link to.
/usr/bin/python3 tests/cli/links.py "$prefix/share/doc/quantbench" || fail "links that lead nowhere, above"

for header in plugin.h plugin.hpp arithmetic.hpp functions.hpp guard.hpp fma.hpp ext/float_order.h ext/model_file.h ext/numerics.h ext/options.h ext/u16.h; do
  [ -s "$prefix/include/quantbench/$header" ] || fail "$header isn't installed"
done

# A plugin in its own repository, from the installed template, without a word of this tree.
cp -r "$prefix/share/quantbench/hello" "$scratch/mine"
sed -i 's/"hello"/"mine"/' "$scratch/mine/hello.cpp"
cmake -S "$scratch/mine" -B "$scratch/mine/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_BUILD_TYPE=Release >"$scratch/configure.log" || fail "$(cat "$scratch/configure.log")"
cmake --build "$scratch/mine/build" >"$scratch/build.log" || fail "$(cat "$scratch/build.log")"
symbols=$(nm -D --defined-only "$scratch/mine/build/hello.so" | awk '{print $3}' | grep -v '^_init$\|^_fini$')
[ "$symbols" = quantbench_plugin_v1 ] || fail "the plugin exports more than its table: $symbols"
"$quantbench" check "$scratch/mine/build/hello.so" --failures-only --only 'int8/*' ||
  fail "check refuses the template plugin"
QUANTBENCH_PLUGIN_PATH=$scratch/mine/build "$quantbench" plugins | grep -q '^mine ' ||
  fail "QUANTBENCH_PLUGIN_PATH doesn't add the plugin"

# A program of its own around the library, whose file is the one that the program writes.
cmake -S "$prefix/share/quantbench/examples/quantize" -B "$scratch/example" -G Ninja -D CMAKE_PREFIX_PATH="$prefix" \
  >"$scratch/configure.log" || fail "$(cat "$scratch/configure.log")"
cmake --build "$scratch/example" >"$scratch/build.log" || fail "$(cat "$scratch/build.log")"
network=$prefix/share/quantbench/datasets/default/mobilenet_v2.pth
pixels='{resize: 110, crop: 96}' recipe='granularity: per_tensor, observer: percentile, techniques: cle'
"$quantbench" quantize "$prefix/share/quantbench/scenarios/default.yaml" --out "$scratch/models" --cache "$scratch/cache" \
  --set dataset.root="$build/tests/default_dataset" --set dataset.calibration='{split: train, per_class: 1}' \
  --set matrix="{backend: reference, precision: int8, $recipe}" --set expect=off >/dev/null
"$scratch/example/quantize_model" "$network" "$pixels" "{$recipe}" "$scratch/library.onnx" \
  "$build"/tests/default_dataset/train/*/* >/dev/null || fail "the example fails"
cmp "$scratch/models"/int8-*.onnx "$scratch/library.onnx" || fail "the library writes another file than the program"
others=$(nm -D --defined-only "$prefix/lib/libquantbench.so" | awk '{print $3}' |
  grep -v '^_ZNK\?10quantbench9library_0\|^_ZT[IS]N10quantbench[0-9]*\(Write\)\?ErrorE$\|^_init$\|^_fini$' || true)
[ -z "$others" ] || fail "the library exports more than its interface: $others"

# The manual page tells of every subcommand, and no line of it is taken for a request.
page=$prefix/share/man/man1/quantbench.1
for command in run plan compare history check plugins; do
  grep -q "^.SH quantbench $command" "$page" || fail "the manual page has no section on $command"
done
if command -v man >/dev/null; then
  MANWIDTH=100 man --warnings -l "$page" >/dev/null 2>"$scratch/man.log"
  [ ! -s "$scratch/man.log" ] || fail "$(head "$scratch/man.log")"
fi

# Completion of subcommands, options and values, as bash calls it.
complete_words() { completed_by "$prefix/share/bash-completion/completions/quantbench" "$@"; }
[ "$(complete_words comp)" = compare ] || fail "comp doesn't complete to compare"
complete_words compare --bu | grep -qx -- --budget || fail "no completion of --budget"
complete_words compare --format ju | grep -qx junit || fail "no completion of --format"
if command -v zsh >/dev/null; then
  zsh -n "$prefix/share/zsh/vendor-completions/_quantbench" || fail "zsh refuses the completion"
fi
