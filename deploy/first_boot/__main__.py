"""`hailong-first-boot`: takes `hailong.toml` from the card, or from a path handed over, and makes this machine of it.

Runs as root at every boot; a file that was taken is known by its digest and is not taken again, for the partition that
it lies on is read-only here. Says how it went in a file for the screen, the doctor and the journal.
"""

import argparse
import contextlib
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.durable import write_whole
from deploy.first_boot.files import SECRET, Changes, Places, apply, settings_of
from deploy.first_boot.wanted import BadFile, read_wanted

CARD = Path("/boot/hailong/hailong.toml")
DATA = "/var/lib/hailong"
OUTCOME = f"{DATA}/first-boot.json"
WISH = f"{DATA}/enrol-wish.json"  # the agent takes it from there: docs/configuration.md
ENROLLED = f"{DATA}/assignment.json"
MOST_BYTES = 64 * 1024
MOST_PROBLEMS = 40  # nobody mends more at once, and the kiosk reads no file of any length
RELOADS = {
    "/etc/hailong/agent.toml": ["systemctl", "--no-block", "restart", "hailong-agent.service"],
    # never the kiosk itself: a citizen may be at it, or a stick in it; «restart»: who waits already begins anew
    "/etc/hailong/kiosk.toml": ["systemctl", "--no-block", "restart", "hailong-kiosk-restart.service"],
    "/etc/systemd/network/": ["systemctl", "--no-block", "try-reload-or-restart", "systemd-networkd.service"],
    "/etc/wpa_supplicant/": ["systemctl", "--no-block", "restart", "wpa_supplicant@wlan0.service"],
    "/etc/NetworkManager/": ["nmcli", "connection", "reload"],
    "/etc/hailong/time.sources": ["systemctl", "--no-block", "try-restart", "chrony.service"],
}
EX_OK, EX_DATAERR, EX_IOERR = 0, 65, 74


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0: taken, taken before, or none there; 65: a file that cannot be used; 74: a disk that cannot."""
    parser = argparse.ArgumentParser(prog="hailong-first-boot", description=__doc__)
    parser.add_argument("--file", type=Path, default=CARD, help=f"the technician's file ({CARD})")
    parser.add_argument("--root", type=Path, default=Path("/"), help="where the machine's own files begin")
    parser.add_argument("--stick", action="store_true", help="a person brings the file now: take it, as no card's")
    parser.add_argument("--again", action="store_true", help="take the file even if it was taken before")
    parser.add_argument("--check", action="store_true", help="only say what is wrong with the file; change nothing")
    options = parser.parse_args(arguments)
    places = Places(options.root)
    if options.check:
        return check(options.file, places)
    try:
        with options.file.open("rb") as file:
            data = file.read(MOST_BYTES)
    except FileNotFoundError:
        return EX_OK
    except OSError as error:
        return _end(places, "", EX_IOERR, [f"không đọc được tệp: {error.strerror}"])
    mark = hashlib.sha256(data).hexdigest()
    if options.stick:
        mark = ""
    elif not options.again and _before(places).get("taken") == mark:
        return EX_OK
    try:
        return take(data, mark, places)
    except BadFile as error:
        return _end(places, "", EX_DATAERR, error.problems)
    except (OSError, ValueError) as error:
        return _end(places, "", EX_IOERR, [f"không ghi được: {error}"])


def check(path: Path, places: Places) -> int:
    """Says every fault of a file, on a computer or a kiosk: as it would be taken there. Exit 0 or 65."""
    try:
        settings_of(read_wanted(path.read_bytes()[:MOST_BYTES]), places)
    except BadFile as error:
        print("\n".join([f"{path}:", *(f"  {problem}" for problem in error.problems)]), file=sys.stderr)
        return EX_DATAERR
    except (OSError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return EX_DATAERR
    print(f"{path}: không có lỗi.")
    return EX_OK


def take(data: bytes, mark: str, places: Places) -> int:
    """Raises: BadFile, OSError, ValueError. The code is handed on last, when the agent can use it."""
    wanted = read_wanted(data)
    changes = Changes(places)
    apply(wanted, changes)
    if wanted.code and not places.at(ENROLLED).exists():
        _hand_over(wanted.code, places)
    if places.root == Path("/"):
        _reload(changes.changed)
    return _end(places, mark, EX_OK, [], changes.changed)


def _hand_over(code: str, places: Places) -> None:
    """As the agent's own user may read and remove it."""
    directory = places.at(DATA)
    directory.mkdir(parents=True, exist_ok=True)
    wish = {"code": code, "id": secrets.token_hex(8), "prepared": 1, "v": 1}
    write_whole(places.at(WISH), json.dumps(wish, sort_keys=True, separators=(",", ":")).encode(), SECRET, directory)


def _reload(changed: Sequence[str]) -> None:
    """Tell the running services; a machine that has not started them yet will read the files by itself."""
    for folder, command in RELOADS.items():
        if any(path.startswith(folder) for path in changed) and shutil.which(command[0]):
            with contextlib.suppress(OSError, subprocess.SubprocessError):  # the next start reads the files
                subprocess.run(command, check=False, timeout=10, capture_output=True)  # noqa: S603


def _before(places: Places) -> dict[str, object]:
    try:
        handle = os.open(places.at(OUTCOME), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)  # in another account's folder
        with os.fdopen(handle, "rb") as file:
            value = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _end(places: Places, mark: str, exit_code: int, problems: list[str], changed: Sequence[str] = ()) -> int:
    """`taken`: digest of the card's file that was used last: at the next start it must not undo what a stick brought.
    `problems`: of the last file that was not used."""
    outcome = {
        "v": 1,
        "taken": mark or _before(places).get("taken", ""),
        "problems": problems[:MOST_PROBLEMS],
        "changed": list(changed),
    }
    try:
        directory = places.at(DATA)
        directory.mkdir(parents=True, exist_ok=True)
        body = json.dumps(outcome, ensure_ascii=False, indent=1, sort_keys=True).encode()
        write_whole(places.at(OUTCOME), body, 0o644, directory)
    except OSError as error:
        print(error, file=sys.stderr)
        exit_code = EX_IOERR
    event = "first_boot.refused" if problems else "first_boot.taken"
    print(
        json.dumps(
            {"event": event, "problems": problems[:MOST_PROBLEMS], "changed": list(changed)}, ensure_ascii=False
        ),
        file=sys.stderr,
    )
    return exit_code


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
