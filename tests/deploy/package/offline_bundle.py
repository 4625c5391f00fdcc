"""`python -m tests.deploy.package.offline_bundle FILE`: installs a bundle on a bare Debian without a network.

Then upgrades, removes and purges it, and looks after each whether the data is still there. Makes the bare Debian once,
which needs a mirror.
"""

import argparse
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from deploy.package.apt import MIRROR

BUILD = Path(__file__).parents[3] / "build" / "package" / "trial"
IN_THE_TREE = """
set -eu
ip link 2>/dev/null | grep -q 'state UP' && { echo "there is a network"; exit 1; }
mount -t proc proc /proc
cd /tmp/bundle/*/
sh ./install.sh
for command in kiosk agent station terminal; do hailong-$command --help >/dev/null; done
hailong-agent --config /dev/null --check-config 2>/dev/null && { echo "an empty file passed"; exit 1; }
hailong-kiosk --config /etc/hailong/kiosk.toml --check-config
echo "a citizen's answer" >/var/lib/hailong/outbox.db
keep() { [ "$(cat /var/lib/hailong/outbox.db)" = "a citizen's answer" ] || { echo "LOST after $1"; exit 1; }; }
sh ./install.sh >/dev/null; keep "a second installation"
sed -i 's/^# Settings/# Ours/' /etc/hailong/kiosk.toml
dpkg -i hailong-kiosk_*.deb >/dev/null; keep "an upgrade"
grep -q '^# Ours' /etc/hailong/kiosk.toml || { echo "the settings were replaced"; exit 1; }
dpkg -r hailong-kiosk >/dev/null; keep "removal"
[ ! -e /opt/hailong/lib/kiosk ] || { echo "files were left behind"; exit 1; }
dpkg -P hailong-kiosk; keep "a purge"
printf x >>"$(ls hailong-kiosk_*.deb)"
sh ./install.sh >/tmp/said 2>&1 && { echo "a damaged bundle was installed"; exit 1; }
cat /tmp/said
"""


def main() -> int:
    """Exit code: 0 when all held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--suite", default="trixie")
    options = parser.parse_args()
    tree = bare(options.suite)
    work = BUILD / "work"
    shutil.rmtree(work, ignore_errors=True)
    for part in ("upper", "inner", "root"):
        (work / part).mkdir(parents=True)
    layers = f"lowerdir={tree},upperdir={work / 'upper'},workdir={work / 'inner'}"
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, str(work / "root")], check=True)
    try:
        folder = work / "root" / "tmp" / "bundle"
        folder.mkdir()
        with tarfile.open(options.bundle) as tar:
            tar.extractall(folder, filter="data")
        # No network but a loopback that is down; processes and mounts of its own.
        enter = [
            "unshare",
            "--net",
            "--mount",
            "--pid",
            "--fork",
            "chroot",
            str(work / "root"),
            "/bin/sh",
            "-c",
            IN_THE_TREE,
        ]
        ended = subprocess.run(enter, check=False).returncode
    finally:
        subprocess.run(["umount", str(work / "root")], check=False)
    print("held" if ended == 0 else f"FAILED ({ended})")
    return 1 if ended else 0


def bare(suite: str) -> Path:
    """The root of a Debian with nothing but its essential packages and apt."""
    tree = BUILD / suite
    if not tree.exists():
        tree.parent.mkdir(parents=True, exist_ok=True)
        command = ["mmdebstrap", "--mode=root", "--variant=minbase", '--aptopt=Acquire::Languages "none"', suite]
        subprocess.run([*command, str(tree), f"deb {MIRROR} {suite} main"], check=True)
    return tree


if __name__ == "__main__":
    sys.exit(main())
