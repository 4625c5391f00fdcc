#!/bin/sh
# Runs a command inside the tools tree, at the same path of the checkout: in_tools.sh TOOLS CHECKOUT COMMAND…
# In a mount namespace of its own: nothing stays mounted behind it.
set -eu
export TOOLS=$1 CHECKOUT=$2
shift 2
# shellcheck disable=SC2016
exec unshare --mount sh -c '
  set -eu
  mkdir -p "$TOOLS$CHECKOUT" "$TOOLS/dev" "$TOOLS/proc" "$TOOLS/sys"
  mount --rbind /dev "$TOOLS/dev"
  mount --rbind /proc "$TOOLS/proc"
  mount --rbind /sys "$TOOLS/sys"
  mount --bind "$CHECKOUT" "$TOOLS$CHECKOUT"
  mount -t tmpfs tmpfs "$TOOLS/tmp"
  cp -L /etc/resolv.conf "$TOOLS/etc/resolv.conf" 2>/dev/null || true
  exec chroot "$TOOLS" /usr/bin/env -i PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 HOME=/root \
    sh -c "cd \"\$0\" && exec \"\$@\"" "$CHECKOUT" "$@"
' sh "$@"
