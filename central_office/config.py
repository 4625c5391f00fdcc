"""The office's one settings file (TOML): what may stand in it, its defaults and its faults. Knows no Django."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from survey.errors import BadFile, Problem
from survey.settings import read_settings
from survey.slip_setup import LONGEST_URL, MOST_DAYS

ENVIRONMENT = "HAILONG_OFFICE_CONFIG"
SECRET_KEY_FILE = "secret.key"  # noqa: S105 - a file's name
CENTRE_KEY_FILE = "centre.key"
SLIP_KEY_FILE = "slip.key"
DATABASE_FILE = "office.db"
RUNTIME_FOLDER = "runtime"
UPDATES_FOLDER = "updates"
LONGEST_HOLIDAY_DAYS = 30
MAIL_FROM = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Config:
    """`database`: "sqlite", or `postgresql://user:password@host:port/name` (host may be a socket folder, %2F-quoted).

    `secret_key`, `centre_key`, `slip_key`: files; empty: inside `data_directory`. `workers`, `threads`: gunicorn's.
    `behind_proxy`: believe X-Forwarded-For and X-Forwarded-Proto of the one proxy in front. `https`: cookies only then.
    `silent_after_minutes`: a kiosk not heard of for so long while offices are open is marked. `holidays`: further days
    off, "2027-02-05..2027-02-11 2027-04-16". `metrics_token_file`: holds the token by which a Prometheus of another
    machine reads /metrics; without one only this machine may. `certificate_file`: the TLS certificate whose days left
    are told there.
    `second_factor`: "required" of the people whose role asks for one, or "optional".
    `outgoing_private`: webhooks may go to addresses inside the office's own network, and by http. `smtp_…`: the mail
    server by which alerts go out, "" for none; `smtp_security`: "starttls", "tls" or "none"; `mail_from`: the sender.
    `public_url`: where citizens' phones reach the office, "" if they do not. `slip_valid_days`: how long a slip may be
    used after the day of its issue; `slip_keep_days`: how long a counter keeps the link from a slip to its dossier.
    """

    data_directory: Path = Path("/var/lib/hailong-office")
    listen: str = "127.0.0.1:8420"
    database: str = "sqlite"
    secret_key: str = ""
    centre_key: str = ""
    slip_key: str = ""
    allowed_hosts: str = "localhost 127.0.0.1"
    time_zone: str = "Asia/Ho_Chi_Minh"
    workers: int = 2
    threads: int = 4
    behind_proxy: bool = False
    https: bool = False
    silent_after_minutes: int = 30
    holidays: str = ""
    metrics_token_file: str = ""
    certificate_file: str = ""
    public_url: str = ""
    slip_valid_days: int = 15
    slip_keep_days: int = 30
    second_factor: str = "required"
    outgoing_private: bool = False
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: str = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    mail_from: str = ""

    @property
    def secret_key_path(self) -> Path:
        return Path(self.secret_key) if self.secret_key else self.data_directory / SECRET_KEY_FILE

    @property
    def centre_key_path(self) -> Path:
        return Path(self.centre_key) if self.centre_key else self.data_directory / CENTRE_KEY_FILE

    @property
    def slip_key_path(self) -> Path:
        return Path(self.slip_key) if self.slip_key else self.data_directory / SLIP_KEY_FILE

    @property
    def hosts(self) -> list[str]:
        """The names under which the office is asked for: those allowed, and the one that slips and posters name."""
        public = urlsplit(self.public_url).hostname or ""
        named = f"[{public}]" if ":" in public else public  # an IPv6 address stands in brackets
        return [*self.allowed_hosts.split(), *filter(None, [named])]

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def database_path(self) -> Path:
        return self.data_directory / DATABASE_FILE

    @property
    def updates_path(self) -> Path:
        """The trusted repository with its online key; belongs in the backup."""
        return self.data_directory / UPDATES_FOLDER

    @property
    def days_off(self) -> frozenset[date]:
        """Raises: ValueError for what is no day or span of days."""
        return frozenset(day for part in self.holidays.split() for day in _days_in(part))

    @property
    def runtime_path(self) -> Path:
        """What is gone within a day, and belongs in no backup."""
        return self.data_directory / RUNTIME_FOLDER


def read_config(text: str, source: str) -> Config:
    """The settings in `text`. Raises: BadFile with every problem."""
    config = read_settings(Config, text, source)
    if problems := list(_problems(config)):
        raise BadFile(source, problems)
    return config


def load_config(path: str | None = None) -> Config:
    """The settings of the file at `path`, or at the one the environment names, or the defaults.

    Raises: BadFile, OSError.
    """
    path = path or os.environ.get(ENVIRONMENT)
    return read_config(Path(path).read_text("utf-8-sig"), path) if path else Config()


def _problems(config: Config) -> list[Problem]:
    found = []
    host, _, port = config.listen.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) <= 65535:
        found.append(Problem("/listen", f"{config.listen!r} is not host:port"))
    if config.database != "sqlite" and (reason := _wrong_database(config.database)):
        found.append(Problem("/database", reason))
    if not config.allowed_hosts.split():
        found.append(Problem("/allowed_hosts", "names no host; separate several by spaces"))
    try:
        ZoneInfo(config.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found.append(Problem("/time_zone", f"{config.time_zone!r} is no time zone"))
    for name, most in (("workers", 64), ("threads", 64), ("silent_after_minutes", 10**6)):
        if not 1 <= getattr(config, name) <= most:
            found.append(Problem(f"/{name}", f"is outside 1 to {most}"))
    for name in ("slip_valid_days", "slip_keep_days"):
        if not 0 <= getattr(config, name) <= MOST_DAYS:
            found.append(Problem(f"/{name}", f"is outside 0 to {MOST_DAYS}"))
    if config.second_factor not in ("required", "optional"):
        found.append(Problem("/second_factor", f'{config.second_factor!r} is neither "required" nor "optional"'))
    try:
        _ = config.days_off
    except ValueError as error:
        found.append(Problem("/holidays", str(error)))
    for name in ("metrics_token_file", "certificate_file"):
        if getattr(config, name) and not Path(getattr(config, name)).is_file():
            found.append(Problem(f"/{name}", "is no file"))
    found += _mail_problems(config)
    if config.public_url and (reason := _wrong_address(config.public_url)):
        found.append(Problem("/public_url", reason))
    return found


def _days_in(part: str) -> Iterator[date]:
    """The days of «2027-04-16» or «2027-02-05..2027-02-11». Raises: ValueError."""
    first, _, last = part.partition("..")
    begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if not 0 <= (end - begin).days <= LONGEST_HOLIDAY_DAYS:
        raise ValueError(f"{part!r} is no span of at most {LONGEST_HOLIDAY_DAYS} days")
    for number in range((end - begin).days + 1):
        yield begin + timedelta(days=number)


def _mail_problems(config: Config) -> list[Problem]:
    found = []
    if config.smtp_security not in ("starttls", "tls", "none"):
        found.append(Problem("/smtp_security", f'{config.smtp_security!r} is none of "starttls", "tls", "none"'))
    if not 1 <= config.smtp_port <= 65535:
        found.append(Problem("/smtp_port", "is outside 1 to 65535"))
    if config.smtp_host and not MAIL_FROM.fullmatch(config.mail_from):
        found.append(Problem("/mail_from", "is no e-mail address, and smtp_host is set"))
    if config.smtp_password_file and not Path(config.smtp_password_file).is_file():
        found.append(Problem("/smtp_password_file", "is no file"))
    return found


def _wrong_address(url: str) -> str:
    """Whatever stands in a QR code in capitals must be the same address to a browser."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/"):
        return "is not https://HOST"
    if "@" in parts.netloc or parts.query or parts.fragment or not url.isascii() or not url.isprintable():
        return "holds more than a host and a port"
    return f"is longer than {LONGEST_URL} letters" if len(url) > LONGEST_URL else ""


def _wrong_database(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in ("postgresql", "postgres"):
        return 'is neither "sqlite" nor a postgresql:// address'
    return "" if parts.path.strip("/") else "the address names no database"


def postgres_parts(url: str) -> dict[str, str | int]:
    """The connection's parts in Django's words; the host may be a socket's folder (`%2Frun%2Fpostgresql`)."""
    parts = urlsplit(url)
    named = parts.netloc.rpartition("@")[2].partition(":")[0]  # `hostname` would fold a folder's capital letters
    host = named if "%2f" in named.lower() else parts.hostname or ""
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": parts.port or "",
    }
