"""The certificate that a kiosk believes when a system update comes. Owns the choice: an office's or a throw-away one.

An office gives its own by the environment's KEYRING, a PEM file; otherwise a pair is made once, below build/, for
trials.
"""

import os
import subprocess
from pathlib import Path

SUBJECT = "/O=hailong/CN=system updates of a trial build"
USES = ("keyUsage=critical,digitalSignature", "extendedKeyUsage=codeSigning,emailProtection")


def system_certificate(folder: Path) -> Path:
    """`folder`/system.cert.pem, with its key beside it, made when it is not there; or what KEYRING names."""
    given = os.environ.get("KEYRING")
    if given:
        return Path(given)
    certificate, key = folder / "system.cert.pem", folder / "system.key.pem"
    if not certificate.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = ("-newkey", "rsa:3072", "-nodes", "-days", "3650", "-subj", SUBJECT)
        uses = [word for use in USES for word in ("-addext", use)]
        files = ("-keyout", str(key), "-out", str(certificate))
        subprocess.run(["openssl", "req", "-x509", *made, *uses, *files], check=True, stderr=subprocess.DEVNULL)
        key.chmod(0o600)
    return certificate
