"""The agent's settings, from one TOML file. docs/configuration.md describes every key."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from survey.errors import BadFile, Problem
from survey.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings:
    """`data_directory` is shared with the kiosk process. `ca_bundle` and `proxy`: empty for none of its own.

    `update_state`: where `hailong-update` says how an update of the system stands.
    """

    data_directory: Path
    centre_url: str
    ca_bundle: str = ""
    proxy: str = ""
    heartbeat_s: float = 60.0
    update_state: Path = Path("/data/update/state.json")
    delivery_s: float = 900.0  # a finer rhythm would tell the centre when somebody answered

    @property
    def outbox_path(self) -> Path:
        return self.data_directory / "outbox.db"


def load_settings(path: Path) -> Settings:
    """Raises: OSError; survey.errors.BadFile with every problem."""
    settings = read_settings(Settings, path.read_text("utf-8"), str(path))
    if problems := [Problem(f"/{key}", reason) for key, reason in _wrong(settings).items()]:
        raise BadFile(str(path), problems)
    return settings


def _wrong(settings: Settings) -> dict[str, str]:
    """What no type can say: key -> what is wrong with its value."""
    found: dict[str, str] = {}
    if not settings.data_directory.is_absolute():
        found["data_directory"] = "must be an absolute path"
    try:
        url = urlsplit(settings.centre_url)
        known = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        known = False
    if not known:
        found["centre_url"] = "is no address such as https://hailong.example.vn"
    elif url.scheme == "http" and url.hostname not in ("localhost", "127.0.0.1", "::1"):
        found["centre_url"] = "must be https: answers would cross the network in clear"
    for key, least, most in (("heartbeat_s", 0.1, 3600), ("delivery_s", 0.1, 86_400)):
        if not least <= getattr(settings, key) <= most:
            found[key] = f"must be {least} to {most} seconds"
    return found
