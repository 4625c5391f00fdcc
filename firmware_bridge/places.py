"""Where `hailong-terminal simulate` puts its port and its control socket when it is not told. Makes nothing."""

import os
from collections.abc import Mapping
from pathlib import Path


def simulator_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's own directory for one simulated box."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    return Path(runtime) / "hailong-terminal" if runtime else Path(f"/tmp/hailong-terminal-{os.getuid()}")  # noqa: S108


def simulated_port() -> Path:
    return simulator_directory() / "tty"


def simulator_control() -> Path:
    return simulator_directory() / "control"
