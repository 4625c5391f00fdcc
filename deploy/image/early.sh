#!/bin/sh
# Packs the early boot: early.sh TREE EARLY_DIR OUT. EARLY_DIR holds the modules already (modules.py). Runs nothing of TREE,
# so that it is as quick for another processor's tree.
set -eu
tree=$1 early=$2 out=$3
here=$(dirname "$0")
mkdir -p "$early/bin" "$early/sbin" "$early/etc" "$early/dev"
cp "$tree/usr/bin/busybox" "$early/bin/busybox"
for name in sh cat mount umount mkdir mv cp rm chown chmod stat tail tr sync find sort xargs sleep reboot modprobe findfs \
    switch_root; do
  ln -sf busybox "$early/bin/$name"
done
ln -sf ../bin/busybox "$early/sbin/modprobe" # where the kernel itself calls for a module
cp "$here/early/init" "$early/init"
chmod 755 "$early/init"
: >"$early/etc/mtab"
# The healer of the data partition, with the libraries that it names
cp "$tree/usr/sbin/e2fsck" "$early/sbin/e2fsck"
for name in libext2fs.so.2 libcom_err.so.2 libblkid.so.1 libuuid.so.1 libe2p.so.2 libc.so.6; do
  cp -L "$tree"/usr/lib/*-linux-gnu/"$name" "$early/lib/$name"
done
mkdir -p "$early/lib64"
for loader in "$tree"/usr/lib/*-linux-gnu/ld-linux-*.so.*; do
  cp -L "$loader" "$early/lib64/" # where amd64 looks for it
  cp -L "$loader" "$early/lib/"   # where arm64 does
done
(cd "$early" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0) | zstd -q -T0 -10 -f -o "$out"
