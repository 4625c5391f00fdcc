"""A strict stand-in for `rauc` and the boot loader: two slots, counters, the same words, exit codes and JSON.

Whatever it does not know fails the test. `dies_before` ends the power at the n-th step that changes something.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

TRIES = 3


class PowerCut(BaseException):
    """The machine is dark."""


@dataclass
class Slots:
    """`holds`: version by slot, None for one that is half written. `bundles`: what `rauc info` says, by file name."""

    holds: dict[str, str | None] = field(default_factory=lambda: {"A": "1.0", "B": "0.9"})
    left: dict[str, int] = field(default_factory=lambda: {"A": TRIES, "B": TRIES})
    order: list[str] = field(default_factory=lambda: ["A", "B"])
    running: str = "A"
    bundles: dict[str, tuple[str, str]] = field(default_factory=dict)
    install_fails: bool = False
    steps: int = 0
    dies_before: int = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.dies_before:
            raise PowerCut

    def boot(self, starts: frozenset[str]) -> str:
        """Start a slot whose version is among `starts`; each failed try counts down."""
        for _ in range(4 * TRIES):
            tries = [slot for slot in self.order if self.left[slot] > 0]
            if not tries:
                self.left = dict.fromkeys("AB", TRIES)
                tries = self.order
            slot = tries[0]
            self.left[slot] -= 1
            if self.holds[slot] in starts:
                self.running = slot
                return str(self.holds[slot])
        raise AssertionError("no slot starts: the kiosk is dead")

    def run(self, command: Sequence[str], timeout_s: int) -> "subprocess.CompletedProcess[str]":
        assert command[0] == "rauc"
        assert timeout_s > 0
        match list(command[1:]):
            case ["status", "--detailed", "--output-format=json"]:
                return self.done(self.status())
            case ["info", "--output-format=json", path]:
                return self.info(Path(path).name)
            case ["install", path]:
                return self.install(Path(path).name)
            case ["status", "mark-good", "booted"]:
                self.step()
                self.left[self.running] = TRIES
            case ["status", "mark-bad", "other"]:
                self.step()
                self.left[self.other] = 0
            case ["status", "mark-active", "booted"]:
                self.step()
                self.order = [self.running, self.other]
            case other:
                raise AssertionError(f"rauc knows no {other}")
        return self.done("")

    @property
    def other(self) -> str:
        return "B" if self.running == "A" else "A"

    def status(self) -> str:
        slots = [
            {
                f"rootfs.{index}": {
                    "class": "rootfs",
                    "device": f"/dev/disk/by-partuuid/{index}",
                    "type": "raw",
                    "bootname": slot,
                    "state": "booted" if slot == self.running else "inactive",
                    "boot_status": "good" if self.left[slot] else "bad",
                    "slot_status": {"bundle": {"compatible": "hailong-amd64", "version": self.holds[slot]}},
                }
            }
            for index, slot in enumerate("AB")
        ]
        primary = f"rootfs.{'AB'.index(self.order[0])}"
        return json.dumps(
            {
                "compatible": "hailong-amd64",
                "variant": "",
                "booted": self.running,
                "boot_primary": primary,
                "slots": slots,
            }
        )

    def info(self, name: str) -> "subprocess.CompletedProcess[str]":
        if name not in self.bundles:
            return self.done("", 1, "signature verification failed: unable to get local issuer certificate")
        compatible, version = self.bundles[name]
        return self.done(json.dumps({"compatible": compatible, "version": version, "format": "verity", "images": []}))

    def install(self, name: str) -> "subprocess.CompletedProcess[str]":
        _, version = self.bundles[name]
        self.step()
        self.left[self.other], self.holds[self.other] = 0, None  # rauc marks the slot bad before it writes
        self.step()
        if self.install_fails:
            return self.done("", 1, "LastError: Installation error: Failed updating slot rootfs.1")
        self.holds[self.other] = version
        self.step()
        self.left[self.other] = TRIES
        self.order = [self.other, self.running]
        self.step()
        return self.done("installing\n100% Installing done.\nInstalling `x` succeeded\n")

    @staticmethod
    def done(out: str, code: int = 0, err: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess([], code, out, err)
