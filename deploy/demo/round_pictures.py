"""Pictures of a round as an officer and a citizen see it: the office's pages and the public site."""

from datetime import date
from pathlib import Path

from deploy.demo.browser import Browser
from deploy.demo.round_stage import RoundStage
from deploy.demo.stage import DemoFailed

OFFICER, CITIZEN = (1280, 900), (1000, 900)


def take_pictures(stage: RoundStage, folders: dict[str, Path], middle: date) -> None:
    """PNGs into the folder of pictures. Raises: DemoFailed."""
    pictures, plan = folders["pictures"], stage.round.plan["plan"]
    pictures.mkdir(parents=True, exist_ok=True)
    with Browser(stage.directory / "office-window", OFFICER) as page:
        page.open(f"{stage.office_url}/ket-qua/?plan={plan}")
        page.one("input[name=username]").send_keys(stage.user)
        page.one("input[name=password]").send_keys(stage.password)
        page.click("main form button")
        for name, path in (
            ("plan", f"/ke-hoach/dot/{plan}/"),
            ("results", f"/ket-qua/?plan={plan}"),
            ("watching", f"/theo-doi/?plan={plan}&ngay={middle}"),
            ("publication", "/cong-bo/"),
        ):
            page.open(stage.office_url + path)
            if plan not in page.source:
                raise DemoFailed(f"{path} does not show {plan}: {page.text[:200]!r}")
            page.picture(pictures / f"{name}.png")
    with Browser(stage.directory / "citizen-window", CITIZEN) as page:
        page.open((folders["site"] / "index.html").as_uri())
        page.picture(pictures / "site.png")
