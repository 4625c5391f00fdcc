"""Numbers written as spans, "1-500,503": one short text for a batch's records. Pure."""

from collections.abc import Iterable


def write_spans(numbers: Iterable[int]) -> str:
    """`numbers` in rising order, each once."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in spans)


def read_spans(text: str) -> list[int]:
    """Inverse of `write_spans`."""
    found: list[int] = []
    for span in filter(None, text.split(",")):
        first, _, last = span.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found
