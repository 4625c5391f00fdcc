"""Runs a command of ours by another wall clock, faster: `python -m deploy.demo.clocked START STOP SPEED COMMAND…`

Only for demonstrations of rounds that are over: an office that is told it is 12 June takes that day's telephones.
START and STOP, where it stands still, are ISO 8601 with an offset; SPEED is how many seconds pass in one. Monotonic
time is the machine's.
"""

import os
import sys
import threading
import time
from datetime import datetime
from importlib.metadata import entry_points

import time_machine

STEP_S = 0.02  # between two settings of the clock: 10 s of a day that lasts a minute


def main() -> int:
    start, stop, speed, name, *arguments = sys.argv[1:]
    began_s = _machine_s()
    instant_s, last_s = (datetime.fromisoformat(text).timestamp() for text in (start, stop))
    travel = time_machine.travel(instant_s, tick=True)
    clock = travel.start()

    def keep() -> None:
        while True:
            clock.move_to(min(instant_s + (_machine_s() - began_s) * float(speed), last_s))
            time.sleep(STEP_S)

    def run() -> None:
        threading.Thread(target=keep, daemon=True).start()

    os.register_at_fork(after_in_child=run)  # threads do not live on in a server's workers
    run()
    sys.argv = [name, *arguments]
    (command,) = entry_points(group="console_scripts", name=name)
    return int(command.load()() or 0)


def _machine_s() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME)


if __name__ == "__main__":
    sys.exit(main())
