"""Headphones for tests: an ALSA device that writes what it plays into a FIFO, and the ear that listens to it.

The device is ALSA's own, down to the samples; only the sound card's clock is missing, so nothing has to be waited out.
"""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

DEVICE = "earphone"
ALSA = """
pcm.%s { type file slave.pcm { type null } file "%s" format "raw" }
"""


class Earphone:
    """Hears everything; `environment` is for the process that plays. `deaf`: the device takes no samples."""

    device = DEVICE

    def __init__(self, directory: Path) -> None:
        directory.mkdir(exist_ok=True)
        self._fifo, config = directory / "samples", directory / "asound.conf"
        os.mkfifo(self._fifo)
        config.write_text(ALSA % (DEVICE, self._fifo))
        self.environment = {"ALSA_CONFIG_PATH": str(config)}
        self._fd = os.open(self._fifo, os.O_RDWR)
        self._samples = bytearray()
        self._changed = threading.Condition()
        self._hearing, self._closed = threading.Event(), False
        self._hearing.set()
        self.first_s: float | None = None
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def forget(self) -> None:
        with self._changed:
            self._samples.clear()
            self.first_s = None

    def deafen(self, deaf: bool) -> None:
        """Stop taking samples, as a device that hangs; at most one more read is under way."""
        self._hearing.clear() if deaf else self._hearing.set()

    def heard(self, samples: bytes, timeout_s: float = 10) -> bool:
        """Whether these samples are heard, one after another and without a gap."""
        return self.wait_for(lambda all_heard: samples in all_heard, timeout_s)

    def wait_for(self, enough: Callable[[bytes], bool], timeout_s: float = 10) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: enough(bytes(self._samples)), timeout_s)

    @property
    def samples(self) -> bytes:
        with self._changed:
            return bytes(self._samples)

    def close(self) -> None:
        self._closed = True
        self._hearing.set()
        writer = os.open(self._fifo, os.O_WRONLY | os.O_NONBLOCK)
        os.write(writer, b"\0\0")
        self._thread.join(5)
        os.close(writer)
        os.close(self._fd)

    def _listen(self) -> None:
        while not self._closed:
            self._hearing.wait()
            got = os.read(self._fd, 1 << 16)
            with self._changed:
                if self.first_s is None:
                    self.first_s = time.monotonic()
                self._samples += got
                self._changed.notify_all()


@lru_cache(maxsize=2048)
def synthesised(text: str, voice: str = "vi", speed: int = 140) -> bytes:
    """The samples that espeak-ng, asked by itself, makes of a text; without the silence at their end."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-b", "1", "--stdin", "--stdout"]
    wav = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    samples = wav[44:].rstrip(b"\0")
    return samples + b"\0" * (len(samples) % 2)
