"""The machines that a package is built for, as values: a Debian release and a processor. Builds nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suite:
    """A Debian release: its number and the minor number of its Python 3."""

    name: str
    release: int
    minor: int


@dataclass(frozen=True, slots=True)
class Target:
    """A release on a processor. `architecture` is Debian's word, `machine` the kernel's and Python's."""

    suite: Suite
    architecture: str
    machine: str

    @property
    def python(self) -> str:
        return f"3.{self.suite.minor}"

    @property
    def tag(self) -> str:
        """CPython's tag in the names of wheels."""
        return f"cp3{self.suite.minor}"

    @property
    def platforms(self) -> tuple[str, ...]:
        """Wheels that run there; glibc 2.36 of Debian 12 is the older one. Each name is taken literally by pip."""
        bases = ("manylinux2014", "manylinux_2_17", "manylinux_2_24", "manylinux_2_26", "manylinux_2_27")
        newer = ("manylinux_2_28", "manylinux_2_31", "manylinux_2_34")
        return tuple(f"{base}_{self.machine}" for base in (*bases, *newer))


SUITES = {suite.name: suite for suite in (Suite("bookworm", 12, 11), Suite("trixie", 13, 13))}
MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


def target(suite: str, architecture: str) -> Target:
    """Raises: KeyError for a release or a processor that no kiosk has."""
    return Target(SUITES[suite], architecture, MACHINES[architecture])
