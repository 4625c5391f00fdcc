"""Makes the signed bundle of a system from its root file system and boot partition, and the keys that sign it.

The certificate authority's key belongs on a stick in a drawer; a kiosk's image carries only its certificate.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from deploy.update.table import VERSION

CA_DAYS, SIGNER_DAYS = 7300, 1825
ARCHITECTURES = ("amd64", "arm64")


class BundleFailed(Exception):
    """A tool did not do its part."""

    code = "bundle_failed"
    hint = "Read the tool's own words above."


class Parts(NamedTuple):
    """The images of a system: its root file system and its boot partition."""

    rootfs: Path
    boot: Path


class Signer(NamedTuple):
    """PEM files."""

    certificate: Path
    key: Path


def make_keys(directory: Path) -> None:
    """`ca.key`, `ca.pem` (the keyring of the images), `signer.key`, `signer.pem`; those that are there stay."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca, signer = directory / "ca", directory / "signer"
    if not ca.with_suffix(".pem").exists():
        _openssl("req", "-x509", *_fresh(ca, "Hai Long update authority"), "-days", str(CA_DAYS))
    if not signer.with_suffix(".pem").exists():
        request = directory / "signer.csr"
        _openssl("req", *_fresh(signer, "Hai Long update signer", request))
        signed = ("-CA", str(ca.with_suffix(".pem")), "-CAkey", str(ca.with_suffix(".key")), "-CAcreateserial")
        days = ("-days", str(SIGNER_DAYS))
        _openssl("x509", "-req", "-in", str(request), *signed, *days, "-out", str(signer.with_suffix(".pem")))
        request.unlink()
    for key in directory.glob("*.key"):
        key.chmod(0o600)


def make_bundle(made: Parts, version: str, architecture: str, signer: Signer, out: Path, rauc: str) -> int:
    """Size of the bundle in bytes. Raises: BundleFailed, OSError, ValueError."""
    if not VERSION.fullmatch(version):
        raise ValueError(f"{version!r} is no version such as 2026.12.1")
    out.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix=".bundle-", dir=out.parent) as folder:
        inside = Path(folder)
        for source, name in ((made.rootfs, "rootfs.img"), (made.boot, "boot.img")):
            _link(source, inside / name)
        (inside / "manifest.raucm").write_text(manifest(version, architecture), "utf-8")
        signed = (f"--cert={signer.certificate}", f"--key={signer.key}")
        # The system inside is compressed already; packing it once more would only cost each kiosk time.
        _run([*rauc.split(), "bundle", *signed, "--mksquashfs-args=-comp zstd -Xcompression-level 3", folder, str(out)])
    return out.stat().st_size


def manifest(version: str, architecture: str) -> str:
    return (
        f"[update]\ncompatible=hailong-{architecture}\nversion={version}\n\n[bundle]\nformat=verity\n\n"
        "[image.rootfs]\nfilename=rootfs.img\n\n[image.boot]\nfilename=boot.img\n"
    )


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _fresh(name: Path, subject: str, request: Path | None = None) -> tuple[str, ...]:
    made = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/O=Hai Long/CN={subject}")
    return (*made, "-keyout", str(name.with_suffix(".key")), "-out", str(request or name.with_suffix(".pem")))


def _openssl(*arguments: str) -> None:
    _run(["openssl", *arguments])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    if done.returncode != 0:
        raise BundleFailed(f"{command[0]}: {done.stderr.strip()[-600:]}")


def main(arguments: list[str] | None = None) -> int:
    """`keys` makes the keys, `make` a bundle; prints one JSON object. Exit code of sysexits.h."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "keys":
            make_keys(options.folder)
        else:
            made, signer = Parts(options.rootfs, options.boot), Signer(options.cert, options.key)
            size = make_bundle(made, options.version, options.architecture, signer, options.out, options.rauc)
            print(json.dumps({"bundle": str(options.out), "version": options.version, "bytes": size}))
    except (BundleFailed, ValueError, OSError) as error:
        print(f"{error}\n{getattr(error, 'hint', '')}", file=sys.stderr)
        return os.EX_DATAERR
    return os.EX_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.update.bundle", description="Signed bundles of a system.")
    commands = parser.add_subparsers(dest="command", required=True)
    keys = commands.add_parser("keys", help="make an authority and a signer under it, where they are not there")
    keys.add_argument("folder", type=Path)
    make = commands.add_parser("make", help="make a bundle")
    make.add_argument("--cert", type=Path, required=True, metavar="PEM", help="the signer's certificate")
    make.add_argument("--key", type=Path, required=True, metavar="PEM", help="the signer's key")
    make.add_argument("--rootfs", type=Path, required=True, help="the root file system's image")
    make.add_argument("--boot", type=Path, required=True, help="the boot partition's image")
    make.add_argument("--version", required=True, help="such as 2026.12.1")
    make.add_argument("--architecture", choices=ARCHITECTURES, required=True)
    make.add_argument("--out", type=Path, required=True, metavar="FILE.raucb")
    make.add_argument("--rauc", default="rauc", help="the command, such as 'chroot build/appliance/tools rauc'")
    return parser


if __name__ == "__main__":
    sys.exit(main())
