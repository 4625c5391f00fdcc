"""What `verify` holds of the counters: every cell and tally is what the bytes say. Reads; yields places and reasons."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from central_office.intake.counting import HeapKey, Pair, Sums, person_heap, time_heap
from central_office.intake.lines import Line
from central_office.intake.models import Cell, Heap, Tally

CHUNK = 2_000
Finding = tuple[str, str]  # place, reason
COLUMNS = ("family", "plan", "form", "point", "channel", "agency", "month", "field", "respondent", "flagged")


@dataclass(slots=True)
class Counters:
    """Counts the readable records again. `checked`: how many stored counters were compared."""

    checked: int = 0
    _meant: Sums = field(default_factory=Sums)
    _pairs: dict[Pair, Pair] = field(default_factory=dict)  # each once: a year has millions of counters

    def meet(self, line: Line, cell: Cell | None) -> None:
        """A record that stands in `cell`."""
        if cell is None:
            return
        self._meant.cells[cell.pk] += 1
        if cell.in_window and not cell.why:
            person = person_heap(line.cell, line.field, line.respondent)
            counted = [self._pairs.setdefault(pair, pair) for pair in line.counted]
            for key in (time_heap(line.cell), person):
                self._meant.heaps.setdefault(key, Counter()).update(counted)
            self._meant.heaps[person]["", line.cell.state] += 1

    def faults(self) -> Iterator[Finding]:
        """Each difference; a counter of nothing that is not there is none."""
        meant = self._meant.cells
        for number, count in Cell.objects.order_by("pk").values_list("pk", "count").iterator(CHUNK):
            self.checked += 1
            if count != (said := meant.pop(number, 0)):
                yield f"cell {number}", f"its count is {count}, the bytes say {said}"
        keys: dict[int, HeapKey] = {}
        for number, text, *columns in Heap.objects.order_by("pk").values_list("pk", "key", *COLUMNS).iterator(CHUNK):
            keys[number] = HeapKey(*columns)
            if keys[number].text != text:
                yield f"heap {number}", "its columns differ from its key"
        yield from self._tallies(keys)

    def _tallies(self, keys: dict[int, HeapKey]) -> Iterator[Finding]:
        empty: Counter[Pair] = Counter()
        rows = Tally.objects.order_by("heap_id", "question", "value")
        for number, question, value, count in rows.values_list("heap_id", "question", "value", "count").iterator(CHUNK):
            self.checked += 1
            said = self._meant.heaps.get(keys[number], empty).pop((question, value), 0) if number in keys else 0
            if count != said:
                yield _place(f"heap {number}", question, value), f"{count}, the bytes say {said}"
        for key, pairs in sorted(self._meant.heaps.items(), key=lambda item: item[0].text):
            for question, value in sorted(pairs):
                yield _place(f"heap {key.text}", question, value), "is missing"


def _place(heap: str, question: str, value: str) -> str:
    return f"tally {heap} {question or '(answers)'} {value}".rstrip()
