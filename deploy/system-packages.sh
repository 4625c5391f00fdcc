#!/bin/sh
# Installs the Debian packages that a make target needs, or names them in one line when not root.
# Usage: deploy/system-packages.sh GROUP...
# (base, display, print, browser, voice, terminal, firmware, test, package, image, appliance)
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
    # promtool of prometheus; a machine of systemd's, and its bus, for what runs there
    test) packages="$packages postgresql sqlite3 avrdude arduino-core-avr nodejs npm prometheus rauc openssl"
        packages="$packages systemd-container e2fsprogs dbus" ;;
    # What the trial of the image needs besides the tools tree that the image's build has made.
    appliance) packages="$packages openssl dosfstools mtools" ;;
    # Everything else of the image comes from a tree of Debian 13 that this makes
    image) packages="$packages mmdebstrap openssl" ;;
    package) packages="$packages binutils binutils-aarch64-linux-gnu gcc libc6-dev gcc-aarch64-linux-gnu libc6-dev-arm64-cross swig apt dpkg" ;;
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
# Of Prometheus only promtool is wanted: its server is neither started now nor at the next boot. Where a machine has a
# policy of its own, or runs Prometheus already, nothing of that is touched.
guard=""
case "$missing" in *prometheus*)
    mkdir -p /etc/systemd/system
    [ -e /etc/systemd/system/prometheus.service ] || [ -L /etc/systemd/system/prometheus.service ] ||
        ln -s /dev/null /etc/systemd/system/prometheus.service
    echo "Prometheus comes for promtool alone; its server is masked (systemctl unmask prometheus brings it back)."
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        guard=/usr/sbin/policy-rc.d
        trap 'rm -f "$guard"' EXIT
        trap 'exit 1' HUP INT TERM
        # shellcheck disable=SC2016
        printf '#!/bin/sh\n[ "$1" = prometheus ] && exit 101\nexit 0\n' >"$guard"
        chmod 755 "$guard"
    fi
    ;;
esac
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y -qq $missing >/dev/null
