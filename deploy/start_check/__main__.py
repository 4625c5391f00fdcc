"""`hailong-start-check`: looks at the data partition and, with the agent's own command, at the outbox; tells both.

Always ends with 0: a kiosk that has something to say says it on its screen. What was seen stands in
/run/hailong/start-check.json for the doctor.
"""

import argparse
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deploy.journal import log_to_journal
from deploy.start_check.file_system import look

DATA = Path("/var/lib/hailong")
TOLD = Path("/run/hailong/start-check.json")
CHECK = ("/opt/hailong/bin/hailong-agent", "--config", "/etc/hailong/agent.toml", "check")
CHECK_S = 120.0
OUTBOX = {0: "sound", 1: "damaged", 78: "not_configured"}
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0."""
    parser = argparse.ArgumentParser(prog="hailong-start-check", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help=f"the kiosk's data directory ({DATA})")
    parser.add_argument("--told", type=Path, default=TOLD, help=f"where to write what was seen ({TOLD})")
    parser.add_argument("--check", nargs="+", default=CHECK, help="the agent's command that looks at the outbox")
    options = parser.parse_args(arguments)
    seen = {"file_system": file_system(options.data), "outbox": outbox(options.check)}
    log_to_journal()
    if is_well(seen):
        log.info("start.checked", extra={"fields": seen})
    else:
        log.error("start.checked", extra={"fields": seen})
    try:
        tell(options.told, seen)
    except OSError as error:
        print(f"{options.told}: {error}", file=sys.stderr)
    return 0


def file_system(data: Path) -> dict[str, Any]:
    try:
        return asdict(look(data))
    except OSError as error:
        return {"unread": str(error)}


def outbox(command: Sequence[str]) -> dict[str, str]:
    """`state`: sound, damaged, not_configured, or failed, where nobody knows; `said`: the agent's own words."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=CHECK_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"state": "failed", "said": str(error)}
    return {"state": OUTBOX.get(ended.returncode, "failed"), "said": ended.stdout.strip()}


def is_well(seen: dict[str, Any]) -> bool:
    disk = seen["file_system"]
    sound = not disk.get("errors") and not disk.get("read_only") and "unread" not in disk
    return sound and seen["outbox"]["state"] in ("sound", "not_configured")


def tell(path: Path, seen: dict[str, Any]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(seen, ensure_ascii=False, indent=1), encoding="utf-8")
    part.chmod(0o644)
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
