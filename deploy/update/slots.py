"""Asks and tells the slots through the `rauc` command, and reads which system runs. Knows no state of an update."""

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

INSTALL_TIMEOUT_S = 3600
ASK_TIMEOUT_S = 120
Run = Callable[[Sequence[str], int], "subprocess.CompletedProcess[str]"]


class SlotsFailed(Exception):
    """`rauc` did not do what was asked."""

    code = "slots_failed"
    hint = "Look at `journalctl -u rauc`; the running slot is not touched."


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle whose signature `rauc` has verified says of itself."""

    compatible: str
    version: str


@dataclass(frozen=True, slots=True)
class Running:
    """`slot`: "A" or "B", "" where the machine has none."""

    slot: str
    version: str
    compatible: str


class Slots:
    """`run`: runs a command with a timeout in seconds."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def running(self, os_release: Path) -> Running:
        """Raises: SlotsFailed, OSError."""
        told = self._json("status", "--detailed", "--output-format=json")
        slot = str(told.get("booted") or "")
        version = written_into(told, slot) or read_os_release(os_release.read_text("utf-8")).get("IMAGE_VERSION", "")
        return Running(slot, version, str(told.get("compatible") or ""))

    def written_beside(self, slot: str) -> str:
        """Version of the bundle that was written last into the slot without this boot name. Raises: SlotsFailed."""
        told = self._json("status", "--detailed", "--output-format=json")
        return written_into(told, "B" if slot == "A" else "A")

    def look_into(self, bundle: Path) -> Bundle:
        """Raises: SlotsFailed for a bundle that is not signed by whom this machine trusts."""
        told = self._json("info", "--output-format=json", str(bundle))
        return Bundle(str(told.get("compatible", "")), str(told.get("version", "")))

    def install(self, bundle: Path) -> None:
        """Write the other slot and start from it the next time. Raises: SlotsFailed."""
        self._ask("install", str(bundle), timeout_s=INSTALL_TIMEOUT_S)

    def keep_running(self) -> None:
        """The running slot has proved itself. Raises: SlotsFailed."""
        self._ask("status", "mark-good", "booted")

    def stay_here(self) -> None:
        """The other slot is not to be started from any more. Raises: SlotsFailed."""
        self._ask("status", "mark-bad", "other")
        self._ask("status", "mark-active", "booted")

    def _json(self, *arguments: str) -> dict[str, object]:
        told = self._ask(*arguments)
        try:
            value = json.loads(told)
        except ValueError:
            raise SlotsFailed(f"rauc {arguments[0]}: {told[:200]!r}") from None
        if not isinstance(value, dict):
            raise SlotsFailed(f"rauc {arguments[0]}: no object")
        return value

    def _ask(self, *arguments: str, timeout_s: int = ASK_TIMEOUT_S) -> str:
        try:
            done = self._run(("rauc", *arguments), timeout_s)
        except (OSError, subprocess.SubprocessError) as error:
            raise SlotsFailed(f"rauc {arguments[0]}: {error}") from None
        if done.returncode != 0:
            words = (done.stderr or done.stdout or "").strip().splitlines()
            raise SlotsFailed(f"rauc {arguments[0]}: {' / '.join(words[-3:])[:400]}")
        return done.stdout


def written_into(told: dict[str, object], slot: str) -> str:
    """Version of the bundle that `rauc` noted when it wrote the slot of this boot name; "" for the image's own."""
    listed = told.get("slots")
    for named in listed if isinstance(listed, list) else []:
        for each in named.values() if isinstance(named, dict) else []:
            noted = each.get("slot_status") if isinstance(each, dict) and each.get("bootname") == slot else None
            bundle = noted.get("bundle") if isinstance(noted, dict) else None
            if isinstance(bundle, dict) and slot:
                return str(bundle.get("version") or "")
    return ""


def read_os_release(text: str) -> dict[str, str]:
    """The variables of os-release(5)."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}


def run_command(command: Sequence[str], timeout_s: int) -> "subprocess.CompletedProcess[str]":
    """Raises: OSError, subprocess.TimeoutExpired."""
    return subprocess.run(list(command), capture_output=True, text=True, timeout=timeout_s, check=False)
