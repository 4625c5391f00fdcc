"""Where samples come from: a chime, a file that the office recorded, or espeak-ng. Knows no device that plays them.

A text goes to the synthesiser on its standard input and never on its command line: it is data (law 9).
"""

import hashlib
import io
import os
import select
import shutil
import subprocess
import unicodedata
import wave
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from hardware.voice import Chime, Phrase

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FRAMES = 1024  # read at once: 46 ms at the synthesiser's rate
RATES = range(8000, 48001)
HANG_S = 5.0  # a program that writes nothing for so long, while it is asked to, never will
NAME_DIGITS = 16
DECODER = ("oggdec", "--quiet", "--output", "-")
ENDINGS = (".wav", ".ogg")
_PHONEMES = str.maketrans("[]<>", "    ")  # espeak-ng reads [[…]] as sounds and not as text


class Unspeakable(Exception):
    """There is no sound for this; the message says why."""


class _Pipe(io.RawIOBase):
    """What a program writes, read with an end to every wait. Raises: Unspeakable when it hangs."""

    def __init__(self, source: IO[bytes], hang_s: float) -> None:
        self._source, self._hang_s = source, hang_s

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not select.select([self._source], [], [], self._hang_s)[0]:
            raise Unspeakable("the program hangs")
        return os.readv(self._source.fileno(), [buffer])


class Stream:
    """16 bit samples of a WAV file or of a program that writes one. Raises: Unspeakable if it is none, or hangs."""

    def __init__(
        self, source: IO[bytes], program: "subprocess.Popen[bytes] | None" = None, hang_s: float = HANG_S
    ) -> None:
        self._source, self._program = source, program
        whole = source if program is None else io.BufferedReader(_Pipe(source, hang_s))
        try:
            self._wave = wave.open(whole)  # noqa: SIM115  closed by `close`
            if self._wave.getsampwidth() != 2 or self._wave.getframerate() not in RATES:
                raise Unspeakable("16 bit samples at 8 to 48 kHz are wanted")
        except (wave.Error, EOFError, Unspeakable) as error:
            self.close()
            raise Unspeakable(str(error) or "no sound in it") from None
        self.rate, self.channels = self._wave.getframerate(), self._wave.getnchannels()
        self._frame = 2 * self.channels

    def read(self) -> bytes:
        """The next samples, all channels together; empty at the end. A file cut off within a frame ends before it."""
        samples: bytes = self._wave.readframes(FRAMES)
        return samples[: len(samples) // self._frame * self._frame]

    def cut(self) -> None:
        """End a `read` that waits, from another thread."""
        if self._program is not None:
            self._program.terminate()

    def close(self) -> None:
        if self._program is not None:
            self._program.kill()
        self._source.close()
        if self._program is not None:
            self._program.wait()


class ChimeStream:
    """A chime as a stream."""

    def __init__(self, chime: Chime) -> None:
        self._source = BytesIO(chime.samples)
        self.rate, self.channels = chime.rate, 1

    def read(self) -> bytes:
        return self._source.read(FRAMES * 2)

    def cut(self) -> None:
        """It never waits."""

    def close(self) -> None:
        self._source.close()


class Library:
    """Recordings first, then espeak-ng. `voices`: its voice's name by language. `speed`: words a minute.

    `hang_s`: after which a program that writes nothing has failed.
    """

    def __init__(self, recordings: Path | None, voices: Mapping[str, str], speed: int, hang_s: float = HANG_S) -> None:
        self._recordings, self._voices, self._speed, self._hang_s = recordings, voices, speed, hang_s

    def open(self, phrase: Phrase) -> Stream:
        """The first sound that there is for it. Raises: Unspeakable when there is none."""
        reasons = []
        for one in _chain(phrase):
            for way in (self._recorded, self._synthesised):
                try:
                    return way(one)
                except Unspeakable as error:
                    reasons.append(str(error))
        raise Unspeakable("; ".join(reasons))

    def _recorded(self, phrase: Phrase) -> Stream:
        if self._recordings is None:
            raise Unspeakable("no recordings")
        for ending in ENDINGS:
            path = self._recordings / recording_name(phrase.text, phrase.language, ending)
            if path.is_file():
                return _decoded(path, self._hang_s) if ending == ".ogg" else _file(path)
        raise Unspeakable("not recorded")

    def _synthesised(self, phrase: Phrase) -> Stream:
        voice = self._voices.get(phrase.language)
        if voice is None:
            raise Unspeakable(f"no voice for {phrase.language!r}")
        text = (phrase.spoken or phrase.text).translate(_PHONEMES)
        command = ["espeak-ng", "-v", voice, "-s", str(self._speed), "-b", "1", "--stdin", "--stdout"]
        return _program(command, text.encode(), self._hang_s)


def recording_name(text: str, language: str, ending: str = ENDINGS[0]) -> str:
    """Where the recording of a text lies: LANGUAGE/HASH.wav, the hash that of its words in NFC, one space between."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    return f"{language}/{hashlib.sha256(words.encode()).hexdigest()[:NAME_DIGITS]}{ending}"


def _chain(phrase: Phrase | None) -> Iterator[Phrase]:
    while phrase is not None:
        yield phrase
        phrase = phrase.otherwise


def _file(path: Path) -> Stream:
    try:
        return Stream(path.open("rb"))
    except (OSError, Unspeakable) as error:
        raise Unspeakable(f"{path.name}: {error}") from None


def _decoded(path: Path, hang_s: float) -> Stream:
    """OGG, by the decoder of vorbis-tools."""
    return _program([*DECODER, str(path.resolve())], b"", hang_s)


def _program(command: Sequence[str], text: bytes, hang_s: float) -> Stream:
    if shutil.which(command[0]) is None:
        raise Unspeakable(f"{command[0]} is not installed")
    with ExitStack() as undo:
        program = subprocess.Popen(  # noqa: S603  fixed words, and paths of our own making
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        undo.callback(program.kill)
        assert program.stdin is not None
        assert program.stdout is not None
        with suppress(BrokenPipeError):
            program.stdin.write(text)  # shorter than a pipe holds
            program.stdin.close()
        stream = Stream(program.stdout, program, hang_s)
        undo.pop_all()
    return stream
