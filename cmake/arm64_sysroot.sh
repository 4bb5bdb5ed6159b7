#!/usr/bin/env bash
# Makes the arm64 sysroot (headers and libraries of the -dev packages in packages.txt and packages-tests.txt, as Debian
# builds them for arm64) and prints its folder. This machine's own packages are not touched, no script of a package runs,
# no root is needed.
#
# It lies beside the other caches of quantbench ($QUANTBENCH_CACHE, else $XDG_CACHE_HOME/quantbench, else
# ~/.cache/quantbench), where every checkout finds it, in a folder named by a hash of what it is made of.
# QUANTBENCH_ARM64_SUITE names another Debian release than 12: that of the cross compiler.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=${QUANTBENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/quantbench}
suite=${QUANTBENCH_ARM64_SUITE:-bookworm}
packages=$(sed 's/[[:space:]]*#.*//' packages.txt packages-tests.txt | grep -hE -- '-dev$' | sort | paste -sd,)
packages=libc6-dev,libstdc++-$(aarch64-linux-gnu-gcc -dumpversion)-dev,$packages
recipe=1  # raise it when what follows gives another sysroot from the same packages
hash=$(echo "$suite $packages $recipe" | sha256sum)
sysroot=$cache/arm64-sysroot-${hash:0:12}
if [ -d "$sysroot" ]; then
  echo "$sysroot"
  exit
fi

mkdir -p "$cache"
partial=$(mktemp -d "$sysroot.partial-XXXXXX")
trap 'rm -rf "$partial" "$partial.log"' EXIT
echo "dev: making the arm64 sysroot $sysroot (about 600 MB are fetched and unpacked)" >&2
# A tar archive, so that the files belong to the caller; without devices, settings and manuals.
if ! mmdebstrap --architectures=arm64 --variant=extract --include="$packages" "$suite" - 2>>"$partial.log" |
  tar -x -C "$partial" --no-same-owner --exclude='./dev' --exclude='./etc' --exclude='./var' \
    --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' \
    --exclude='./usr/share/zoneinfo' --exclude='*/libopencv_*.a' --exclude='*/libav*.a' 2>>"$partial.log"; then
  tail -n 20 "$partial.log" >&2
  echo "dev: mmdebstrap could not make the arm64 sysroot" >&2
  exit 2
fi

# Absolute links would lead out of the sysroot.
find "$partial" -type l -lname '/*' -printf '%p\t%l\n' | while IFS=$'\t' read -r link target; do
  ln -sfnr "$partial$target" "$link"
done
# What Debian's alternatives do when BLAS and LAPACK, which OpenCV needs, are installed.
libraries=$partial/usr/lib/aarch64-linux-gnu
for name in blas lapack; do
  [ ! -e "$libraries/$name/lib$name.so.3" ] || ln -sf "$name/lib$name.so.3" "$libraries/lib$name.so.3"
done

# Whoever is first wins; the folder appears when it is complete.
chmod 755 "$partial"
mv -T "$partial" "$sysroot" 2>/dev/null || [ -d "$sysroot" ]
echo "$sysroot"
