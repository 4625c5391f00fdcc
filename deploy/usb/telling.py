"""What the kiosk's screen shows of a stick: codes and counts in one small file; no text, and no name from a stick."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path

from deploy.usb.window import RUN, write_aside

FILE_NAME = "usb-status.json"
FORMAT = 1


class Task(StrEnum):
    """What a stick can be for, in the order in which it is done."""

    READ = "read"
    RECEIPTS = "receipts"
    EXPORT = "export"
    PROVISION = "provision"
    UPDATE = "update"


class Code(StrEnum):
    """How a task ended; the kiosk has a sentence for each task and code."""

    DONE = "done"
    NOTHING = "nothing"
    LATER = "later"
    BUSY = "busy"
    NOT_ENROLLED = "not_enrolled"
    UNREADABLE = "unreadable"
    REFUSED = "refused"
    SEVERAL = "several"
    TOO_LARGE = "too_large"
    NO_ROOM = "no_room"
    READ_ONLY = "read_only"
    NOT_SAME = "not_same"
    FAILED = "failed"


GOOD = (Code.DONE, Code.LATER)


@dataclass(frozen=True, slots=True)
class Result:
    """`count`: answers, of an export or of receipts; `left`: answers that are not in the file."""

    task: Task
    code: Code
    count: int = 0
    left: int = 0


@dataclass
class Telling:
    """The file as it is written. `percent`: of what is copied now, -1 where nobody can say."""

    run: Path = RUN
    task: Task = Task.READ
    percent: int = -1
    results: list[Result] = field(default_factory=list)

    def begin(self, task: Task) -> None:
        self.task, self.percent = task, -1
        self._write("working")

    def progress(self, percent: int) -> None:
        if percent != self.percent:
            self.percent = percent
            self._write("working")

    def ended(self, result: Result) -> None:
        self.results.append(result)

    def finish(self) -> None:
        """The stick may be pulled out."""
        self._write("finished")

    def clear(self) -> None:
        """The stick is gone."""
        (self.run / FILE_NAME).unlink(missing_ok=True)

    def _write(self, state: str) -> None:
        said = {"v": FORMAT, "state": state, "task": self.task, "percent": self.percent}
        write_aside(self.run / FILE_NAME, json.dumps(said | {"results": [asdict(each) for each in self.results]}))
