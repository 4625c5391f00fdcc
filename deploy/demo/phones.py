"""Simulated citizens' phones: plain HTTP to the office's phone pages, one form field after the other. No browser.

A phone reads the page that it gets and presses one of its buttons; it has no script and keeps no cookie.
"""

import http.client
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

MOST_PAGES = 60
MOST_WAYS = 3  # redirects after one press


class PhoneFailed(Exception):
    """The office's page was not one that a citizen could go on with."""


@dataclass
class Form:
    """The first form of a page. `choices`: values that the answer's field can have; `ticks`: several may be chosen."""

    action: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    choices: list[str] = field(default_factory=list)
    ticks: bool = False
    writes: bool = False
    can_finish: bool = False


class Page(HTMLParser):
    """What of a page a phone needs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.form: Form | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None and of.get("method", "").lower() == "post":
            self.form = Form(of.get("action", ""))
        elif self.form is not None and tag in ("input", "button", "textarea"):
            self._control(self.form, tag, of)

    @staticmethod
    def _control(form: Form, tag: str, of: Mapping[str, str]) -> None:
        name, value = of.get("name", ""), of.get("value", "")
        if of.get("type") == "hidden":
            form.hidden[name] = value
        elif tag == "textarea":
            form.writes = True
        elif name == "a":
            form.choices.append(value)
            form.ticks = form.ticks or of.get("type") == "checkbox"
        elif name == "do" and value == "finish":
            form.can_finish = True


class Phone:
    """One kept connection to the office, lent from citizen to citizen."""

    def __init__(self, office_url: str) -> None:
        parts = urlsplit(office_url)
        self._line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def answer(self, path: str, level: int, dice: random.Random) -> int:
        """Answer the form at `path` whose first question is the overall one; how many pages it took."""
        here, text = self._get(path)
        for number in range(MOST_PAGES):
            form = Page(text).form
            if form is None:
                return number
            here, text = self._post(form.action or here, form.hidden | self._pressed(form, level, number, dice))
        raise PhoneFailed(f"{path} never came to its end")

    def close(self) -> None:
        self._line.close()

    @staticmethod
    def _pressed(form: Form, level: int, number: int, dice: random.Random) -> dict[str, str]:
        if form.writes:
            return {"a": ""}
        if form.ticks:
            return {"a": dice.choice(form.choices)} if form.choices else {}
        if form.can_finish and dice.random() < 0.1:
            return {"do": "finish"}
        if not form.choices:
            raise PhoneFailed("a question without choices")
        levels = [value for value in form.choices if value.isdecimal()]
        if levels and number == 0:
            return {"a": str(level)}
        if levels:
            return {"a": str(max(1, min(len(levels), level + dice.choice((-1, 0, 0, 0, 1)))))}
        return {"a": dice.choice(form.choices)}

    def _get(self, path: str) -> tuple[str, str]:
        return self._open("GET", path, None)

    def _post(self, path: str, fields: Mapping[str, str]) -> tuple[str, str]:
        return self._open("POST", path, urlencode(fields))

    def _open(self, method: str, path: str, body: str | None) -> tuple[str, str]:
        """The page's path and text after its redirects."""
        for _ in range(MOST_WAYS):
            headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
            self._line.request(method, path, body, headers)
            reply = self._line.getresponse()
            text = reply.read().decode("utf-8")
            if reply.status not in (301, 302, 303):
                break
            method, path, body = "GET", reply.headers["Location"], None
        if reply.status != 200:
            raise PhoneFailed(f"{method} {path}: HTTP {reply.status}")
        return path, text
