"""The office's address and the proxy in `hailong.toml`: taken only where the agent starts with them."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from central_office.enrolling.address import is_takeable
from deploy.first_boot.files import Places, settings_of
from deploy.first_boot.wanted import BadFile, read_wanted
from sync_agent.config import load_settings
from tests.deploy.first_boot.written import lines

URLS = {  # whether the technician's file may say so
    "https://so.gov.vn": True,
    "https://so.gov.vn/": True,
    "https://so.gov.vn:8443/hai-long": True,
    "https://10.1.2.3:443": True,
    "https://[fd00::1]:8443": True,
    "http://localhost:8420": True,
    "http://[::1]:8420": True,
    "http://so.gov.vn": False,
    "https://so.gov.vn:99999": False,
    "https://so.gov.vn:0": False,
    "https://so.gov.vn:abc": False,
    "https://so.gov.vn:４４３": False,
    "https://so gov vn": False,
    "https://so..gov.vn": False,
    "https://[0900 trúng thưởng": False,
    "https://[zz::1]": False,
    "https://x]0900": False,
    "https://": False,
    "so.gov.vn": False,
    "https://so.gov.vn?a=0900": False,
    'https://so.gov.vn"0900': False,
}


@pytest.mark.parametrize("url", URLS)
def test_an_address_that_is_taken_is_one_that_the_agent_starts_with(tmp_path: Path, url: str) -> None:
    assert is_takeable(url) == URLS[url], "the office writes no card that its kiosk refuses"
    document = {"centre": {"url": url, "proxy": "http://proxy.gov.vn:3128"}}
    taken = agent_of(tmp_path, document)
    assert (taken is not None) == URLS[url]
    if taken is not None:
        assert load_settings(taken).centre_url == url.rstrip("/")


def agent_of(root: Path, document: Mapping[str, Any]) -> Path | None:
    """The agent's file as it becomes; None where the technician's is refused, with none of its text repeated."""
    said = text = ""
    try:
        text = settings_of(read_wanted(("version = 1\n" + lines(document)).encode()), Places(root))["agent.toml"]
    except BadFile as error:
        said = str(error)
    assert "0900" not in said
    (root / "agent.toml").write_text(text, "utf-8")
    return root / "agent.toml" if text else None


def test_damaged_addresses_keep_no_agent_from_starting(tmp_path: Path) -> None:
    seed, count, taken = 5, 1500, 0
    rng = random.Random(seed)
    for _ in range(count):
        url = list(rng.choice([url for url, good in URLS.items() if good]))
        for _ in range(rng.randint(1, 2)):
            url[rng.randrange(len(url))] = rng.choice("[]:/@?#%.0９ é-x\\\t\n\xa0\u3000")
        path = agent_of(tmp_path, {"centre": {"url": "".join(url)}})
        assert (path is not None) == is_takeable("".join(url))
        if path is not None:
            load_settings(path)
            taken += 1
    assert 0 < taken < count
    print(f"seed {seed}: {count} damaged addresses, {taken} taken and read by the agent")


@pytest.mark.parametrize("proxy", ["http://p:99999", "http://p:abc", "http://:3128", "p:3128", "http://p:1:2"])
def test_a_proxy_that_nothing_can_use_is_refused(tmp_path: Path, proxy: str) -> None:
    assert agent_of(tmp_path, {"centre": {"url": "https://so.gov.vn", "proxy": proxy}}) is None
    assert agent_of(tmp_path, {"centre": {"url": "https://so.gov.vn", "proxy": "http://a:b%40@p.vn:3128"}})
