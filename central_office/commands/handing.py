"""Notes in the log what a command handed out: of what, how many files, their digest; never what stands in them."""

from collections.abc import Iterable, Iterator, Mapping

from central_office.people import audit
from central_office.publication.files import sha256


class Sums:
    """The digests of files, taken while they go by."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}

    def through(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        for name, data in files:
            self.of[name] = sha256(data)
            yield name, data


def handed_out(what: str, target: str, sums: Mapping[str, str] | None = None, **more: object) -> None:
    """`what`: the command; `target`: the plan or frozen version; `sums`: file name → SHA-256. The digest noted is that
    of their list as `sha256sum` writes it, by name."""
    detail: dict[str, object] = {"what": what, **more}
    if sums is not None:
        listed = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
        detail |= {"count": len(sums), "digest": sha256(listed.encode())}
    audit.note(audit.operator(), "data.exported", target, detail)
