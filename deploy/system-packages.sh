#!/bin/sh
# Installs the Debian packages that a make target needs, or names them in one line when not root.
# Usage: deploy/system-packages.sh GROUP...      (base, display, print, browser, voice, terminal, firmware, test)
set -eu

packages=""
for group in "$@"; do
    case "$group" in
    base) packages="$packages python3-venv" ;;
    display) packages="$packages xvfb libgl1 libgl1-mesa-dri libegl1 libgles2 libmtdev1 fonts-khmeros" ;;
    # Liberation 1, which Debian 12 still calls fonts-liberation, has no letters of Vietnamese; python-escpos needs libusb.
    print) packages="$packages fonts-liberation2 libusb-1.0-0" ;;
    browser) packages="$packages chromium chromium-driver" ;;
    voice) packages="$packages espeak-ng alsa-utils vorbis-tools" ;;
    terminal) packages="$packages gcc libc6-dev libsimavr-dev libelf-dev" ;;
    firmware) packages="$packages gcc-avr avr-libc binutils-avr cppcheck" ;;
    test) packages="$packages postgresql sqlite3 avrdude arduino-core-avr nodejs npm rauc openssl" ;;
    *)
        echo "unknown group $group" >&2
        exit 64
        ;;
    esac
done

missing=""
for package in $packages; do
    # Node.js may come from its own publisher, whose package carries npm and refuses to stand beside Debian's npm.
    [ "$package" = npm ] && command -v npm >/dev/null && continue
    [ "$package" = nodejs ] && command -v node >/dev/null && continue
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Missing Debian packages. Run this once, then make again:" >&2
    echo "  sudo apt-get install --no-install-recommends -y$missing" >&2
    exit 69
fi
echo "Installing Debian packages:$missing"
# A test run starts its own PostgreSQL cluster: keep Debian's default one from being made and started.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y -qq $missing >/dev/null
