"""How often a machine began anew, by QEMU's events."""

from tests.appliance.qmp import Qmp


def test_a_reset_of_the_firmware_belongs_to_the_one_before() -> None:
    link = Qmp.__new__(Qmp)
    link.events, link.times = [], []
    for at_s in (100, 130, 165, 301):
        link.events += ["RESET", "RTC_CHANGE", "RESET"]
        link.times += [at_s, at_s, at_s + 2]
    assert link.count("RESET", 3) == 4
    assert link.count("SHUTDOWN", 3) == 0
    link.forget()
    assert link.count("RESET", 3) == 0
