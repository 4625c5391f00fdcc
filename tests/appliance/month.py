"""A month without a line: the clock goes through thirty days, somebody answers every third, the line comes back, and
the office has every answer once.

Not every day: at each jump of the clock all that a machine does by the hour falls due, which costs an emulator a while.
"""

import time

from tests.appliance.cuts import levels, overall_question
from tests.appliance.glass import Ledger, fits
from tests.appliance.ground import Ground, PartFailed, status, wait_for_delivery
from tests.appliance.parts import Outcome

DAYS, STEP_DAYS = 30, 3
DAY_S = 24 * 3600
RETRY_S = 60.0  # the agent tries again by itself; after that a technician restarts it


def run(ground: Ground, outcome: Outcome, days: int = DAYS) -> None:
    ledger, dice = Ledger([]), ground.dice("month")
    with ground.restored("month", online=False) as (machine, glass):
        citizens = ground.citizens(glass, dice, ledger)
        start_s = int(time.time()) - days * DAY_S
        for day in range(0, days, STEP_DAYS):
            machine.shell.run(f"date -s @{start_s + day * DAY_S}")
            citizens.serve_whole() if day == 0 else citizens.serve()
        citizens.serve_whole()  # whoever was last may have walked away
        machine.shell.run(f"date -s @{int(time.time())}")
        waiting = status(machine)["health"]
        outcome.counts |= {"days": days, "answers": len(ledger.levels), "thanked": ledger.thanked, "taps": ledger.taps,
                           "waited": waiting["pending"], "oldest": waiting["oldest_quarter"]}  # fmt: skip
        if waiting["pending"] < len(ledger.levels):
            outcome.wrong.append(f"{len(ledger.levels)} answers given, {waiting['pending']} wait")
        machine.plug_line(True)
        try:
            wait_for_delivery(machine, ground.office, len(ledger.levels), RETRY_S)
        except PartFailed:
            machine.shell.run("systemctl restart hailong-agent")
            wait_for_delivery(machine, ground.office, len(ledger.levels))
        told, overall = status(machine), overall_question(machine)
    found = levels(ground, told["kiosk"], overall)
    outcome.counts |= {"delivered": len(found), "quarantined": told["health"]["quarantined"], "seed": ground.seed}
    if not fits([ledger.levels], found) or len(found) != len(ledger.levels):
        outcome.wrong.append(f"given {ledger.levels}, at the office {found}")
    ground.office.office("verify")
