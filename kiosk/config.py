"""One TOML file, read into one frozen value. Owns what an installer may set; opens nothing that the file names."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.aids import SoundSettings, VoiceSettings, read_keypad, read_sound, read_voice
from kiosk.errors import BadConfig
from kiosk.hours import Span, read_span
from kiosk.keypad import KeypadSettings, pin_panel
from kiosk.scanner_settings import read_scanner
from kiosk.texts.languages import LANGUAGES as DECLARED

if TYPE_CHECKING:
    from hardware.panels import PanelSettings
    from hardware.scanner import ScannerSettings

REFERENCE_DPI = 119  # 1024 x 600 on a 10 inch diagonal
LANGUAGES = tuple(DECLARED)
OFFERED = ("vi", "en")  # unless the file says otherwise
INPUTS = ("mouse", "mtdev")
ROTATIONS = (0, 90, 180, 270)


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """`width`, `height`: pixels, 0 for the whole display. `dpi`: pixels per inch of the panel, from its data sheet.

    `input`: the one source of touches; "mouse" is what SDL reports (X11, and KMS with libinput), "mtdev" reads
    `device` itself. Two sources at once made two answers of one tap, so there is exactly one.
    `motion`: questions slide in from their side. `dim_after_s`: seconds without a touch, 0 for never. `backlight`:
    where the kernel shows the display's lamps.
    """

    on: bool = True
    width: int = 0
    height: int = 0
    rotation: int = 0
    dpi: int = REFERENCE_DPI
    input: str = "mouse"
    device: str = ""
    motion: bool = True
    dim_after_s: float = 120
    backlight: Path = Path("/sys/class/backlight")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `warning_s` is at least 20 (WCAG 2.2.1); `double_strike_s` at least 0.3 (EN 301 549 8.4.3)."""

    idle_s: float = 30
    warning_s: float = 20
    thanks_s: float = 5
    retry_s: float = 3
    double_strike_s: float = 0.5


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Hashes as `--make-service-code` prints them; "" for a code that does not exist, and without both no menu does."""

    staff_code: str = ""
    technician_code: str = ""

    @property
    def exists(self) -> bool:
        return bool(self.staff_code or self.technician_code)


@dataclass(frozen=True, slots=True)
class Config:
    """`panels`: one [[panel]] table each. `open`: when the office is, none if nobody has said. `scanner`: if any."""

    data_directory: Path
    language: str = "vi"
    languages: tuple[str, ...] = OFFERED
    open: tuple[Span, ...] = ()
    screen: ScreenSettings = ScreenSettings()
    timeouts: Timeouts = Timeouts()
    service: ServiceSettings = ServiceSettings()
    panels: "tuple[PanelSettings, ...]" = ()
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    sound: SoundSettings = field(default_factory=SoundSettings)
    keypad: KeypadSettings = field(default_factory=KeypadSettings)
    scanner: "ScannerSettings | None" = None


def read_config(data: bytes, source: str) -> Config:
    """The configuration in `data`; `source` is what messages call the file.

    Raises: BadConfig with every problem of the file.
    """
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(source, [str(error)]) from None
    table = _Table(document, "")
    config = Config(
        data_directory=Path(table.text("data_directory", None)),
        language=table.choice("language", LANGUAGES, "vi"),
        languages=table.choices("languages", LANGUAGES, OFFERED),
        open=_open(table),
        screen=_screen(table.table("screen")),
        timeouts=_timeouts(table.table("timeouts")),
        service=_service(table.table("service")),
        panels=tuple(_panel(child) for child in table.tables("panel")),
        voice=read_voice(table.table("voice")),
        sound=read_sound(table.table("sound")),
        keypad=read_keypad(table.table("keypad")),
        scanner=read_scanner(table.table("scanner")),
    )
    keypad = pin_panel(config.keypad)
    problems = table.finish() + _together(config.panels if keypad is None else (*config.panels, keypad))
    if config.language not in config.languages:
        problems.append("language: is not among languages")
    if not config.screen.on and not config.panels:
        problems.append("screen.on: a kiosk without a screen needs a [[panel]]")
    if not config.screen.on and config.scanner is not None:
        problems.append("scanner: a kiosk without a screen has no form to start")
    if problems:
        raise BadConfig(source, problems)
    return config


def _open(table: "_Table") -> tuple[Span, ...]:
    texts = table.texts("open")
    spans = [read_span(text) for text in texts]
    for text, span in zip(texts, spans, strict=True):
        if span is None:
            table.problems.append(f'open: {text!r} is not like "07:30-11:30" or "mon-fri 07:30-11:30"')
    return tuple(span for span in spans if span is not None)


def _screen(table: "_Table") -> ScreenSettings:
    screen = ScreenSettings(
        on=table.flag("on", True),
        width=int(table.number("width", 0, 0, 8192)),
        height=int(table.number("height", 0, 0, 8192)),
        rotation=int(table.number("rotation", 0, 0, 270)),
        dpi=int(table.number("dpi", REFERENCE_DPI, 40, 600)),
        input=table.choice("input", INPUTS, "mouse"),
        device=table.text("device", ""),
        motion=table.flag("motion", True),
        dim_after_s=table.number("dim_after_s", 120, 0, 3600),
        backlight=Path(table.text("backlight", "/sys/class/backlight")),
    )
    if screen.rotation not in ROTATIONS:
        table.problems.append(f"screen.rotation: {screen.rotation} is none of 0, 90, 180, 270")
    if (screen.input == "mtdev") != bool(screen.device):
        table.problems.append('screen.device: goes with input = "mtdev", and only with it')
    return screen


def _timeouts(table: "_Table") -> Timeouts:
    return Timeouts(
        idle_s=table.number("idle_s", 30, 5, 600),
        warning_s=table.number("warning_s", 20, 20, 600),
        thanks_s=table.number("thanks_s", 5, 1, 60),
        retry_s=table.number("retry_s", 3, 0.1, 60),
        double_strike_s=table.number("double_strike_s", 0.5, 0.3, 2),
    )


def _service(table: "_Table") -> ServiceSettings:
    staff, technician = table.text("staff_code", ""), table.text("technician_code", "")
    if staff or technician:
        from kiosk.service.code import is_hash  # a kiosk without the menu starts sooner

        for key, kept in (("staff_code", staff), ("technician_code", technician)):
            if kept and not is_hash(kept):
                table.problems.append(f"service.{key}: is not what hailong-kiosk --make-service-code prints")
    return ServiceSettings(staff, technician)


def _panel(table: "_Table") -> "PanelSettings":
    from hardware.errors import BadPanelSettings  # a kiosk without panels starts sooner
    from hardware.panels import PanelKind, PanelSettings, check

    device, control = table.text("device", ""), table.text("control_socket", "")
    settings = PanelSettings(
        kind=PanelKind(table.choice("kind", tuple(PanelKind), PanelKind.SERIAL)),
        name=table.text("name", "buttons"),
        device=Path(device) if device else None,
        box=table.text("box", ""),
        buttons=int(table.number("buttons", 5, 3, 5)),
        button_pins=table.numbers("button_pins"),
        lamp_pins=table.numbers("lamp_pins"),
        control_socket=Path(control) if control else None,
        refractory_ms=int(table.number("refractory_ms", 1500, 0, 65535)),
        lamp_ms=int(table.number("lamp_ms", 1000, 1, 60_000)),
    )
    try:
        check(settings)
    except BadPanelSettings as error:
        table.problems.append(str(error))
    return settings


def _together(panels: "tuple[PanelSettings, ...]") -> list[str]:
    if not panels:
        return []
    from hardware.errors import BadPanelSettings
    from hardware.panels import check_together

    try:
        check_together(panels)
    except BadPanelSettings as error:
        return [str(error)]
    return []


class _Table:
    """One TOML table; notes each wrong or unknown key in `problems` and goes on."""

    def __init__(self, value: Mapping[str, Any], name: str, problems: list[str] | None = None) -> None:
        self.value, self.name = value, name
        self.problems: list[str] = [] if problems is None else problems
        self._asked: set[str] = set()
        self._children: list[_Table] = []

    def text(self, key: str, default: str | None) -> str:
        value = self._get(key, default)
        if not isinstance(value, str) or (default is None and not value):
            self._wrong(key, "is missing" if value is None else "must be a text")
            return default or ""
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value not in allowed:
            self._wrong(key, f"{value!r} is none of {', '.join(allowed)}")
            return default
        return value

    def choices(self, key: str, allowed: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
        value = self._get(key, list(default))
        if not isinstance(value, list) or not value or any(item not in allowed for item in value):
            self._wrong(key, f"must be a list of {', '.join(allowed)}")
            return default
        return tuple(dict.fromkeys(value))

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._get(key, [])
        if not isinstance(value, list) or any(not isinstance(item, str) for item in value):
            self._wrong(key, "must be a list of texts")
            return ()
        return tuple(value)

    def flag(self, key: str, default: bool) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            self._wrong(key, "must be true or false")
            return default
        return value

    def number(self, key: str, default: float, least: float, most: float) -> float:
        value = self._get(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            self._wrong(key, f"must be a number from {least:g} to {most:g}")
            return default
        return value

    def numbers(self, key: str) -> tuple[int, ...]:
        value = self._get(key, [])
        if not isinstance(value, list) or any(type(item) is not int for item in value):
            self._wrong(key, "must be a list of whole numbers")
            return ()
        return tuple(value)

    def table(self, key: str) -> "_Table":
        value = self._get(key, {})
        if not isinstance(value, dict):
            self._wrong(key, "must be a table")
            value = {}
        return self._child(value, f"{self._place(key)}.")

    def tables(self, key: str) -> list["_Table"]:
        value = self._get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._wrong(key, f"must be [[{key}]] tables")
            return []
        return [self._child(item, f"{self._place(key)}[{number}].") for number, item in enumerate(value)]

    def _child(self, value: Mapping[str, Any], name: str) -> "_Table":
        child = _Table(value, name, self.problems)
        self._children.append(child)
        return child

    def finish(self) -> list[str]:
        for table in (self, *self._children):
            self.problems += [f"{table.name}{key}: unknown key" for key in table.value if key not in table._asked]
        return self.problems

    def _get(self, key: str, default: Any) -> Any:
        self._asked.add(key)
        return self.value.get(key, default)

    def _place(self, key: str) -> str:
        return f"{self.name}{key}"

    def _wrong(self, key: str, reason: str) -> None:
        self.problems.append(f"{self._place(key)}: {reason}")


Table = _Table  # the counter station reads its file by the same rules
