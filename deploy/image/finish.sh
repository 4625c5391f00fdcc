#!/bin/sh
# Makes a kiosk's root out of a plain Debian tree: finish.sh TREE ARCH DEB OUT_DIR VERSION [PEER]. Runs inside the tools tree.
# Leaves the finished tree, and in OUT_DIR what the boot loader reads: vmlinuz, initrd.img, and a Pi's firmware files.
set -eu
tree=$1 arch=$2 deb=$3 out=$4 version=$5 peer=${6:-}
here=$(dirname "$0")
before=$(du -skx "$tree" | cut -f1)
mkdir -p "$out"

mount --bind /proc "$tree/proc"
trap 'umount "$tree/proc"' EXIT

# Our package, installed as any office would, under a number that is the same in every version of the image
chroot "$tree" groupadd --system --gid 900 hailong
chroot "$tree" useradd --system --uid 900 --gid 900 --home-dir /var/lib/hailong --no-create-home \
  --shell /usr/sbin/nologin hailong
cp "$deb" "$tree/hailong.deb"
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
chmod 755 "$tree/usr/sbin/policy-rc.d"
chroot "$tree" env DEBIAN_FRONTEND=noninteractive dpkg --install /hailong.deb
rm "$tree/hailong.deb" "$tree/usr/sbin/policy-rc.d"

# What is ours in the image alone
cp -a "$here/root/." "$tree/"
chown -R 0:0 "$tree/etc/dbus-1" "$tree/etc/rauc" "$tree/etc/udev" "$tree/etc/systemd" "$tree/etc/fstab" "$tree/etc/nftables.conf"
install -D -m 755 "$here/boot_state.py" "$tree/usr/lib/hailong/boot-state"
install -D -m 755 "$here/grow.sh" "$tree/usr/lib/hailong/grow"
install -D -m 755 "$here/deaf.pl" "$tree/usr/lib/hailong/deaf"
PYTHONPATH=$here/../.. python3 -m deploy.image.layout "$arch" "$version" "$tree/etc/fstab" "$tree/etc/rauc/system.conf"
printf 'IMAGE_ID=hailong\nIMAGE_VERSION=%s\n' "$version" >>"$tree/usr/lib/os-release"
: >"$tree/usr/lib/clock-epoch" # a machine without a clock begins no earlier than its image was made
echo hailong >"$tree/etc/hostname"
printf '127.0.0.1 localhost hailong\n::1 localhost hailong\n' >"$tree/etc/hosts"

cat "$here/kiosk.toml" >>"$tree/usr/share/hailong/kiosk.toml"
cp "$tree/usr/share/hailong/kiosk.toml" "$tree/etc/hailong/kiosk.toml"
chroot "$tree" chown -R root:hailong /etc/hailong
chroot "$tree" chmod 0640 /etc/hailong/kiosk.toml

# Nobody logs in: no password, no shell waiting, no unit that would open one
chroot "$tree" usermod --lock --expiredate 1 --shell /usr/sbin/nologin root
rm -rf "$tree/etc/systemd/system/getty.target.wants"
sed -e 's/#.*//' -e '/^ *$/d' "$here/masked.list" | while read -r unit; do
  rm -f "$tree/etc/systemd/system/"*.wants/"$unit"
  ln -sf /dev/null "$tree/etc/systemd/system/$unit"
done
mkdir -p "$tree/etc/systemd/system-generators"
for generator in getty gpt-auto hibernate-resume rc-local ssh system-update sysv tpm2; do
  ln -sf /dev/null "$tree/etc/systemd/system-generators/systemd-$generator-generator"
done
chroot "$tree" systemctl --quiet enable systemd-networkd.service systemd-resolved.service nftables.service \
  chrony.service hailong-grow.service hailong-deaf.service
chroot "$tree" systemctl --quiet disable systemd-networkd-wait-online.service 2>/dev/null || true
chroot "$tree" systemctl --quiet set-default multi-user.target

# What the early boot lays something over
mkdir -p "$tree/data" "$tree/boot/hailong" "$tree/boot/state" "$tree/var/lib/hailong" "$tree/etc/hailong" \
  "$tree/var/log/journal" "$tree/var/lib/rauc" "$tree/run"
rm -f "$tree/etc/machine-id" "$tree/var/lib/dbus/machine-id"
: >"$tree/etc/machine-id"
mkdir -p "$tree/var/lib/dbus"
ln -sf /etc/machine-id "$tree/var/lib/dbus/machine-id"
ln -sf ../run/systemd/resolve/stub-resolv.conf "$tree/etc/resolv.conf"
rm -f "$tree/etc/mtab"
ln -s ../proc/self/mounts "$tree/etc/mtab"

# The kernel, with what it needs to begin, leaves the root
cp "$tree"/boot/vmlinuz-* "$out/vmlinuz"
early=$out/early
rm -rf "$early"
python3 "$here/modules.py" "$tree" "$here/modules.list" "$early"
sh "$here/early.sh" "$tree" "$early" "$out/initrd.img"
if [ "$arch" = arm64 ]; then sh "$here/pi.sh" "$tree" "$out"; fi
find "$tree/boot" -mindepth 1 -maxdepth 1 ! -name hailong ! -name state -exec rm -rf {} +

if [ -n "$peer" ]; then sh "$here/peer-$peer.sh" "$tree"; fi
sh "$here/trim.sh" "$tree"
python3 -m compileall -q -j 0 -s "$tree" -p / --invalidation-mode unchecked-hash "$tree/usr/lib/python3.13" \
  "$tree/usr/lib/python3" || true
echo "root file system: $((before / 1024)) MiB of plain Debian, $(($(du -skx "$tree" | cut -f1) / 1024)) MiB finished, ours in it"
