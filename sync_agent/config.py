"""The agent's settings, from one TOML file. docs/configuration.md describes every key."""

from dataclasses import dataclass
from pathlib import Path

from survey.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings:
    """`data_directory` is shared with the kiosk process. `ca_bundle` and `proxy`: empty for none of its own."""

    data_directory: Path
    centre_url: str
    ca_bundle: str = ""
    proxy: str = ""
    heartbeat_s: float = 60.0
    poll_s: float = 2.0  # how often an empty outbox is looked at

    @property
    def outbox_path(self) -> Path:
        return self.data_directory / "outbox.db"


def load_settings(path: Path) -> Settings:
    """Raises: OSError; survey.errors.BadFile with every problem."""
    return read_settings(Settings, path.read_text("utf-8"), str(path))
