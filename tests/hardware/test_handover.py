from hardware.handover import MOST_AT_ONCE, MOST_WAITING, REMEMBERED, Handover
from hardware.ports import Press


def press(source: str) -> Press:
    return Press("row", 0, source, None)


def test_it_takes_each_source_once_and_remembers_what_was_confirmed():
    handover = Handover()
    assert handover.put(press("a"), 10.0)
    assert handover.put(press("a"), 10.0)
    assert len(handover) == 1
    assert [(p.source, p.age_ms) for p in handover.due(10.5)] == [("a", 500)]
    assert handover.due(11.4) == []
    assert len(handover.due(11.5)) == 1
    assert handover.confirm("a")
    assert not handover.confirm("a")
    assert handover.is_confirmed("a")
    assert handover.put(press("a"), 10.0)
    assert handover.due(99.0) == []
    assert len(handover) == 0


def test_it_is_bounded_in_both_directions():
    handover = Handover()
    taken = [handover.put(press(str(n)), None) for n in range(MOST_WAITING + 1)]
    assert taken == [True] * MOST_WAITING + [False]
    for n in range(REMEMBERED + 10):
        handover.confirm(str(n))
        handover.put(press(f"b{n}"), None)
        handover.confirm(f"b{n}")
    assert len(handover._confirmed) == REMEMBERED


def test_a_few_at_a_time_in_order_and_new_ones_before_those_that_nobody_confirms():
    handover = Handover()
    for n in range(3 * MOST_AT_ONCE):
        handover.put(press(str(n)), None)
    handed = [[int(p.source) for p in handover.due(10.0)] for _ in range(4)]
    assert [number for some in handed for number in some] == list(range(3 * MOST_AT_ONCE))
    assert [len(some) for some in handed] == [MOST_AT_ONCE] * 3 + [0]
    handover.put(press("new"), None)
    assert [p.source for p in handover.due(11.0)][:2] == ["new", "0"]
