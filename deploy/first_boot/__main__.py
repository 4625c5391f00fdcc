"""`hailong-first-boot`: takes `hailong.toml` from the card, or from a path handed over, and makes this machine of it.

Runs as root at every boot; a file that was taken is known by its digest and is not taken again, for the partition that
it lies on is read-only here. Says how it went in a file for the screen, the doctor and the journal.
"""

import argparse
import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from deploy.durable import write_whole
from deploy.first_boot.files import SECRET, Changes, Places, apply, settings_of
from deploy.first_boot.outcome import DATA, MOST_PROBLEMS, Fault, clear_problems, keep_outcome, read_outcome
from deploy.first_boot.wanted import BadFile, read_wanted

IMAGE = Path(__file__).parents[1] / "image/kiosk.toml"  # in the source alone: what an image's kiosk begins with
CARD = Path("/boot/hailong/hailong.toml")
WISH = f"{DATA}/enrol-wish.json"  # the agent takes it from there: docs/configuration.md
ENROLLED = f"{DATA}/assignment.json"
MOST_BYTES = 64 * 1024
# Said on a screen: a library's own words would be in English, and may repeat what stands in a file.
UNREADABLE = "không đọc được tệp: chép lại tệp lên thẻ hoặc USB; vẫn vậy thì dùng thẻ hoặc USB khác"
DISK_FULL = "tệp không sai; đĩa của máy đầy, chưa ghi được cài đặt: gửi hết phiếu đi rồi bật lại máy"
DISK_FAILED = "tệp không sai; máy không ghi được cài đặt: tắt, bật lại một lần; vẫn vậy thì thay thẻ của máy"
OWN_SETTINGS = (
    "tệp không sai; cài đặt sẵn có trong /etc/hailong của máy không sửa từng dòng được: viết lại mỗi mục một dòng, "
    "hoặc ghi lại thẻ"
)
RELOADS = {
    "/etc/hailong/agent.toml": ["systemctl", "--no-block", "restart", "hailong-agent.service"],
    # never the kiosk itself: a citizen may be at it, or a stick in it; «restart»: who waits already begins anew
    "/etc/hailong/kiosk.toml": ["systemctl", "--no-block", "restart", "hailong-kiosk-restart.service"],
    "/etc/systemd/network/": ["systemctl", "--no-block", "try-reload-or-restart", "systemd-networkd.service"],
    "/etc/wpa_supplicant/": ["systemctl", "--no-block", "restart", "wpa_supplicant@wlan0.service"],
    "/etc/NetworkManager/": ["nmcli", "connection", "reload"],
    "/etc/hailong/time.sources": ["systemctl", "--no-block", "try-restart", "chrony.service"],
}
EX_OK, EX_DATAERR, EX_NOINPUT, EX_IOERR, EX_CONFIG = 0, 65, 66, 74, 78


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0: taken, taken before, or none on the card; 65: a file that cannot be used; 66: none where one was named;
    74: a disk that cannot; 78: settings of the machine's own that cannot be changed."""
    options = _parser().parse_args(arguments)
    places, path = Places(options.root), options.file or CARD
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES)
    except FileNotFoundError:
        if options.file or options.again or options.check:
            print(f"{path}: không có tệp này.", file=sys.stderr)
            return EX_NOINPUT
        return _kept(EX_OK, lambda: clear_problems(places))
    except OSError as error:
        print(f"{path}: {error.strerror}", file=sys.stderr)
        return EX_IOERR if options.check else _refuse(places, "", EX_IOERR, [UNREADABLE], Fault.FILE)
    if options.check:
        return check(path, data, places)
    mark = "" if options.stick else hashlib.sha256(data).hexdigest()
    if mark and not options.again and read_outcome(places).get("taken") == mark:
        print(f"{path}: đã dùng rồi; dùng lần nữa: --again", file=sys.stderr)
        return _kept(EX_OK, lambda: clear_problems(places))
    return _taken_or_refused(data, mark, places)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hailong-first-boot", description=__doc__)
    parser.add_argument("--file", type=Path, help=f"the technician's file ({CARD})")
    parser.add_argument("--root", type=Path, default=Path("/"), help="where the machine's own files begin")
    parser.add_argument("--stick", action="store_true", help="a person brings the file now: take it, as no card's")
    parser.add_argument("--again", action="store_true", help="take the file even if it was taken before")
    parser.add_argument("--check", action="store_true", help="only say what is wrong with the file; change nothing")
    return parser


def _taken_or_refused(data: bytes, mark: str, places: Places) -> int:
    try:
        return take(data, mark, places)
    except BadFile as error:
        return _refuse(places, mark, EX_DATAERR, error.problems, Fault.FILE)
    except ValueError as error:
        print(error, file=sys.stderr)
        return _refuse(places, mark, EX_CONFIG, [OWN_SETTINGS], Fault.SETTINGS)
    except OSError as error:
        print(error, file=sys.stderr)
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return _refuse(places, mark, EX_IOERR, [DISK_FULL if full else DISK_FAILED], Fault.DISK)


def check(path: Path, data: bytes, places: Places) -> int:
    """Says every fault of a file, as this machine would take it; on a computer, as an image would. Exit 0, 65 or 74."""
    if IMAGE.exists():
        places = replace(places, begun=places.begun + IMAGE.read_text("utf-8"))
    try:
        settings_of(read_wanted(data), places)
    except BadFile as error:
        print("\n".join([f"{path}:", *(f"  {problem}" for problem in error.problems)]), file=sys.stderr)
        return EX_DATAERR
    except ValueError as error:
        print(f"{path}: {OWN_SETTINGS} ({error})", file=sys.stderr)
        return EX_DATAERR
    except OSError as error:
        print(f"cài đặt của máy này không đọc được, chạy bằng sudo: {error}", file=sys.stderr)
        return EX_IOERR
    print(f"{path}: không có lỗi.")
    return EX_OK


def take(data: bytes, mark: str, places: Places) -> int:
    """Raises: BadFile, OSError, ValueError. The code is handed on last, when the agent can use it.

    `mark`: digest of the card's file; "" for one that a person brings, which the card's must not undo later.
    """
    wanted = read_wanted(data)
    changes = Changes(places)
    apply(wanted, changes)
    if wanted.code and not places.at(ENROLLED).exists():
        _hand_over(wanted.code, places)
    if places.root == Path("/"):
        _reload(changes.changed)
    _say("first_boot.taken", [], changes.changed)
    done = mark or _mark_of_card(places) or read_outcome(places).get("refused", "")
    news = {"changed": changes.changed, "refused": "", **({"taken": done} if done else {})}
    return _kept(EX_OK, lambda: keep_outcome(places, news))


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


def _mark_of_card(places: Places) -> str:
    """Digest of what lies on the card now; "" where nothing can be read there."""
    try:
        with places.at(str(CARD)).open("rb") as file:
            return hashlib.sha256(file.read(MOST_BYTES)).hexdigest()
    except OSError:
        return ""


def _refuse(places: Places, mark: str, exit_code: int, problems: list[str], fault: Fault) -> int:
    _say("first_boot.refused", problems)
    news = {"refused": mark} if mark else {}
    return _kept(exit_code, lambda: keep_outcome(places, news, problems, fault))


def _kept(exit_code: int, keep: Callable[[], None]) -> int:
    try:
        keep()
    except OSError as error:
        print(error, file=sys.stderr)
        return EX_IOERR
    return exit_code


def _say(event: str, problems: list[str], changed: Sequence[str] = ()) -> None:
    told = {"event": event, "problems": problems[:MOST_PROBLEMS], "changed": list(changed)}
    print(json.dumps(told, ensure_ascii=False), file=sys.stderr)


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
