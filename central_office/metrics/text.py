"""The text format of Prometheus, version 0.0.4: families of samples, written. Knows no metric of ours.

Source: prometheus.io/docs/instrumenting/exposition_formats (names, escapes, HELP and TYPE before the samples).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
PREFIX = "hailong_"
ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})


@dataclass(slots=True)
class Family:
    """One metric. `kind`: "gauge" or "counter"; `name` without the prefix; counters end in `_total`."""

    name: str
    kind: str
    help: str
    samples: list[tuple[Mapping[str, str], float]] = field(default_factory=list)

    def add(self, value: float | None, **labels: str) -> None:
        """None, for what is not known, is left out."""
        if value is not None:
            self.samples.append((labels, value))


def write(families: Iterable[Family]) -> str:
    """Every family that has a sample."""
    return "".join(line + "\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    name = PREFIX + family.name
    yield f"# HELP {name} {family.help}"
    yield f"# TYPE {name} {family.kind}"
    for labels, value in family.samples:
        inside = ",".join(f'{key}="{text.translate(ESCAPES)}"' for key, text in labels.items())
        number = int(value) if float(value).is_integer() else value
        yield f"{name}{{{inside}}} {number}" if inside else f"{name} {number}"
