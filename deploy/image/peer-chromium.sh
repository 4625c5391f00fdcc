#!/bin/sh
# Puts a browser in full screen in the kiosk's place: peer-chromium.sh TREE. For comparing alone; never shipped.
set -eu
tree=$1
here=$(dirname "$0")
mkdir -p "$tree/usr/share/peer"
cp "$here/peer/page.html" "$tree/usr/share/peer/page.html"
cp "$here/peer/peer.service" "$tree/usr/lib/systemd/system/peer.service"
chroot "$tree" systemctl --quiet enable seatd.service peer.service
# Nothing of ours stays but the two slots and what lies under them
chroot "$tree" dpkg --purge hailong-kiosk
rm -rf "$tree/opt/hailong"
