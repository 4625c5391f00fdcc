"""A line-and-answer socket for the simulators: one line in, one line out. Knows no command."""

import errno
import os
import select
import socket
from collections.abc import Callable
from pathlib import Path

LONGEST_LINE = 1000
LONGEST_PATH = 107  # bytes of a Unix socket's, in Linux
MOST_CALLERS = 16


class ControlSocket:
    """Listens on the Unix socket `path`. `answer(line)` gives the reply; its ValueError becomes "error: …".

    While it is made, it stands beside `path` with "~" for the name's first letter: two such names are not made at once.
    Raises: OSError when the socket cannot be made; ENAMETOOLONG for a path longer than LONGEST_PATH bytes.
    """

    def __init__(self, path: Path, answer: Callable[[str], str]) -> None:
        self._path = path
        self._answer = answer
        self._callers: dict[socket.socket, bytes] = {}
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise OSError(errno.ENAMETOOLONG, f"a socket's path has at most {LONGEST_PATH} bytes", str(path))
        beside = path.with_name("~" + path.name[1:])  # of no greater length
        for each in (path, beside):
            if os.path.lexists(each) and (each.is_symlink() or not each.is_socket()):
                raise FileExistsError(errno.EEXIST, "no socket of ours", str(each))
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._listen(beside)
        except OSError:
            self._listener.close()
            raise

    def _listen(self, beside: Path) -> None:
        """Whoever sees the path may connect: it is given to a socket that listens, in place of a killed process's."""
        beside.unlink(missing_ok=True)
        mask = os.umask(0o177)  # not a chmod afterwards: between the two anybody could connect
        try:
            self._listener.bind(str(beside))
        finally:
            os.umask(mask)
        self._listener.listen(MOST_CALLERS)
        self._listener.setblocking(False)
        beside.replace(self._path)

    def serve(self, timeout_s: float, *wake_on: int) -> None:
        """Answer what has come; return after `timeout_s`, or at once when one of the descriptors can be read."""
        listening = [self._listener] if len(self._callers) < MOST_CALLERS else []
        watched: list[socket.socket | int] = [*listening, *self._callers, *wake_on]
        ready, _, _ = select.select(watched, [], [], timeout_s)
        if self._listener in ready:
            caller, _ = self._listener.accept()
            caller.setblocking(False)
            self._callers[caller] = b""
        for caller in [c for c in self._callers if c in ready]:
            self._read(caller)

    def close(self) -> None:
        for open_socket in (self._listener, *self._callers):
            open_socket.close()
        self._callers.clear()
        self._path.unlink(missing_ok=True)

    def _read(self, caller: socket.socket) -> None:
        try:
            data = caller.recv(4096)
            *lines, rest = (self._callers[caller] + data).split(b"\n")
            for line in lines:
                caller.sendall(self._reply(line.decode(errors="replace")).encode() + b"\n")
        except OSError:
            data, rest = b"", b""
        if not data or len(rest) > LONGEST_LINE:
            del self._callers[caller]
            caller.close()
        else:
            self._callers[caller] = rest

    def _reply(self, line: str) -> str:
        try:
            return self._answer(line)
        except ValueError as error:
            return f"error: {error}"


def tell(path: Path, line: str, timeout_s: float = 5.0) -> str:
    """Send one line to a simulator and return its reply. Raises: OSError (TimeoutError) when it does not answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(timeout_s)
        caller.connect(str(path))
        caller.sendall(line.encode() + b"\n")
        with caller.makefile("r", encoding="utf-8") as replies:
            reply = replies.readline()
    if not reply.endswith(os.linesep):
        raise ConnectionResetError(f"{path} hung up")
    return reply.rstrip("\n")


def numbers(words: list[str], least: int, most: int) -> list[int]:
    """The whole numbers in `words`. Raises: ValueError unless there are `least` to `most` of them, none negative."""
    if not least <= len(words) <= most:
        raise ValueError(f"{least} to {most} numbers wanted")
    values = [int(word) for word in words]
    if min(values, default=0) < 0:
        raise ValueError("no negative numbers")
    return values
