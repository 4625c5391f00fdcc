"""One run of ALSA's own player: samples in, sound out. Knows no text; every wait here ends when it is cut.

A player process of its own keeps a sound driver that hangs out of the kiosk's process.
"""

import array
import os
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress

PROGRAM = "aplay"
BUFFER_US = 200_000  # a device that is not cut by the end of its player sounds on for so long
LOOK_S = 0.05
STALL_S = 10.0  # a device that takes no sample for so long is broken
END_S = 0.3
SILENT_DB = -60.0


class NoSpeaker(Exception):
    """The samples cannot be heard; the message says why."""


class Player:
    """16 bit samples at `rate` a second in `channels`. Raises: NoSpeaker if the program cannot be started."""

    def __init__(self, device: str, rate: int, channels: int, cut: threading.Event) -> None:
        self.rate, self.channels, self._cut = rate, channels, cut
        command = [PROGRAM, "-q", "-D", device, "-t", "raw", "-f", "S16_LE", "-r", str(rate), "-c", str(channels)]
        try:
            self._process = subprocess.Popen(  # noqa: S603  fixed words, and a device from our own configuration
                [*command, f"--buffer-time={BUFFER_US}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise NoSpeaker(f"{PROGRAM}: {error.strerror}") from None
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._in, self._err = self._process.stdin, self._process.stderr
        os.set_blocking(self._in.fileno(), False)

    def write(self, samples: bytes) -> None:
        """Hand over all of them, or return when cut. Raises: NoSpeaker."""
        rest, stalled_s = memoryview(samples), time.monotonic() + STALL_S
        while rest and not self._cut.is_set():
            if not select.select([], [self._in], [], LOOK_S)[1]:
                if time.monotonic() > stalled_s:
                    raise NoSpeaker(f"no sample taken for {STALL_S:g} s")
                continue
            try:
                rest = rest[os.write(self._in.fileno(), rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise NoSpeaker(self._reason()) from None
            stalled_s = time.monotonic() + STALL_S

    def finish(self) -> None:
        """Wait until everything has sounded, or until cut. Raises: NoSpeaker."""
        self._in.close()
        stalled_s = time.monotonic() + STALL_S
        while not self._cut.is_set():
            try:
                code = self._process.wait(LOOK_S)
            except subprocess.TimeoutExpired:
                if time.monotonic() > stalled_s:
                    raise NoSpeaker(f"not played out within {STALL_S:g} s") from None
                continue
            if code:
                raise NoSpeaker(self._reason())
            return

    def stop(self) -> None:
        """From any thread: end the sound now."""
        self._process.terminate()

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(END_S)
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._err):
            with suppress(OSError):
                pipe.close()

    def _reason(self) -> str:
        """The program's own last words."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        if self._process.poll() is None:
            return f"{PROGRAM} takes nothing"
        lines = self._err.read().decode(errors="replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return said[-1] if said else f"{PROGRAM} ended with {self._process.returncode}"


def quieter(samples: bytes, gain_db: float) -> bytes:
    """16 bit little-endian samples changed by `gain_db`, at most 0; below -60 dB silence. Half a sample is left out."""
    samples = samples[: len(samples) // 2 * 2]
    if gain_db >= 0:
        return samples
    factor = 0 if gain_db < SILENT_DB else round(32768 * 10 ** (gain_db / 20))
    values = array.array("h", samples)
    if sys.byteorder == "big":
        values.byteswap()
    values = array.array("h", [value * factor >> 15 for value in values])
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
