#!/bin/sh
# Makes one Debian tree as a tar file: bootstrap.sh ARCH LIST... OUT.tar. Knows packages, nothing of ours.
set -eu
arch=$1; shift
lists=
while [ $# -gt 1 ]; do lists="$lists $1"; shift; done
out=$1
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
security=${DEBIAN_SECURITY:-http://deb.debian.org/debian-security}
suite=trixie
# shellcheck disable=SC2086
packages=$(sed -e 's/#.*//' -e '/^ *$/d' $lists | tr -s ' \n' ',' | sed 's/,$//')
# Under emulation these helpers cost most of the time and make nothing that finish.sh keeps or does not make itself.
slow="/usr/bin/py3compile /usr/bin/systemd-hwdb /usr/sbin/update-initramfs /usr/sbin/depmod"
mmdebstrap --mode=root --variant=minbase --architectures="$arch" --include="$packages" \
  --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
  --aptopt='Acquire::Retries "5"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/lintian/*' \
  --essential-hook="for f in $slow; do mkdir -p \"\$1\${f%/*}\"
    chroot \"\$1\" dpkg-divert --quiet --local --rename --add \$f
    printf '#!/bin/sh\nexit 0\n' > \"\$1\$f\"; chmod 755 \"\$1\$f\"; done" \
  --customize-hook="for f in $slow; do rm -f \"\$1\$f\"
    chroot \"\$1\" dpkg-divert --quiet --local --rename --remove \$f; done" \
  "$suite" "$out" \
  "deb $mirror $suite main non-free-firmware" \
  "deb $mirror $suite-updates main non-free-firmware" \
  "deb $security $suite-security main non-free-firmware"
