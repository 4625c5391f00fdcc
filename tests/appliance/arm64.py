"""The image for the Raspberry Pi, started on QEMU's arm64 machine by the same U-Boot script as on a Pi.

It has no tables through which a shell could be brought in: what is judged is the picture alone, before and after the
first touch that a technician makes.
"""

import time

from deploy.demo.fingers import Lit
from tests.appliance.glass import FLAT, Glass, deviation
from tests.appliance.ground import Ground
from tests.appliance.machine import Board, Disk, Machine, make_overlay
from tests.appliance.parts import Outcome

FIRMWARE = "usr/lib/u-boot/qemu_arm64/u-boot.bin"
FIRST_PICTURE_S, ANSWER_S = 900.0, 60.0


def run(ground: Ground, outcome: Outcome) -> None:
    image = ground.image.with_name("hailong-arm64.img")
    firmware = ground.board.tools.tree / FIRMWARE
    missing = [str(path) for path in (image, firmware) if not path.exists()]
    if missing or not ground.board.tools.carries("aarch64"):
        outcome.skipped.append(f"missing: {', '.join(missing) or 'an emulator of arm64'}")
        return
    board = Board(
        ground.board.tools, arch="aarch64", machine="virt", cpu="cortex-a72", firmware=("-bios", str(firmware))
    )
    disk = make_overlay(board.tools, image, ground.work / "arm64.qcow2")
    with Machine(ground.work / "arm64", board, Disk(overlay=disk)) as machine:
        glass, dark = Glass(machine), True
        while dark and machine.age_s() < FIRST_PICTURE_S:
            time.sleep(2.0)
            picture = glass.picture()  # before the kernel draws, the display says so itself, in another size
            dark = picture.size != (board.width, board.height) or deviation(picture) < FLAT
        time.sleep(5.0)
        outcome.counts |= {"first picture s": round(machine.age_s()), "qemu cpu s": round(machine.cpu_s())}
        ground.album.keep("boot-arm64", glass.picture())
        if dark:
            outcome.wrong.append(f"nothing on the display after {FIRST_PICTURE_S:.0f} s")
        elif ground.offer is None:
            outcome.skipped.append("no PC's first screen to compare with (PARTS=cuts,arm64): look at boot-arm64.png")
        elif not ground.album.shows(glass.picture(), "offer"):
            outcome.wrong.append("its first screen is not that of the PC's image: look at boot-arm64.png")
        else:
            _touch(ground, outcome, glass, ground.offer)


def _touch(ground: Ground, outcome: Outcome, glass: Glass, offer: Lit) -> None:
    glass.tap(offer, "begin")
    if ground.album.wait_until_shown(glass, "code-pad", ANSWER_S):
        outcome.counts["touches answered"] = 1
    else:
        outcome.wrong.append("a touch of «Ghi danh máy này» opened no pad of keys: look at other-than-code-pad.png")
    ground.album.keep("arm64-touched", glass.picture())
