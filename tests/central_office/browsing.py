"""A real Chromium for the office's pages; loaded by conftest as fixtures."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web import chromium as web

READABLE = """
const lum = c => { const [r,g,b] = c.map(v => { v/=255; return v<=0.03928 ? v/12.92 : ((v+0.055)/1.055)**2.4 });
  return 0.2126*r+0.7152*g+0.0722*b };
const rgb = s => { const m = s.match(/[\\d.]+/g).map(Number); return m.length>3 && m[3]===0 ? null : m.slice(0,3) };
const found = [];
for (const e of document.querySelectorAll('main *, header *')) {
  const own = [...e.childNodes].some(n => n.nodeType===3 && n.textContent.trim());
  if (!own || e.tagName==='TITLE' || !e.getClientRects().length) continue;
  const style = getComputedStyle(e), svg = e instanceof SVGElement;
  const ink = rgb(svg ? style.fill : style.color);
  let ground = null;
  for (let p = e; p && !ground; p = p.parentElement)
    if (!(p instanceof SVGElement)) ground = rgb(getComputedStyle(p).backgroundColor);
  const [a,b] = [lum(ink), lum(ground || [255,255,255])].sort((x,y) => y-x);
  const ratio = (a+0.05)/(b+0.05);
  if (ratio < 7) found.push([e.className.baseVal ?? e.className, e.textContent.trim().slice(0,40), ratio]);
}
return found;
"""


def chromium(folder: Path) -> Iterator[Any]:
    """A browser of its own, with its state in `folder`, until the generator is closed."""
    if reason := web.no_browser():
        pytest.skip(reason)
    with web.chromium(folder / "chromium") as browser:
        yield browser


def show(browser: Any, url: str, width: int, height: int) -> None:
    """One page at one size: nothing may stick out sideways, every text has its contrast; then all of it is in view."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    browser.get(url)
    browser.execute_script("window.stop()")  # a page that fetches itself anew would do so under the checks
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    faint = browser.execute_script(READABLE)
    assert faint == [], faint
    tall = browser.execute_script("return document.documentElement.scrollHeight")
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": max(tall, height), "deviceScaleFactor": 1, "mobile": width < 500},
    )
