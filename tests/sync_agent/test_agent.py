"""The agent over a real outbox and a network that loses, repeats, cuts and lies: exactly once each time."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.record import Sealed
from survey.wire import Receipt, read_message
from sync_agent.agent import Contact
from sync_agent.delivery import Reply
from sync_agent.outbox import Outbox, StorageFailed
from tests.sync_agent.loop import Clock, drain, fill

SEEDS = 150
ANSWERS = 40
DAY_S = 86_400.0


class Crash(BaseException):
    """The agent's process dies here; BaseException, as no `except Exception` survives a kill."""


def lying_network(post: Callable[..., Reply], rng: random.Random) -> Callable[[str, bytes, str], Reply]:
    """Passes a request on, or does to it what networks, portals and power do."""

    def send(path: str, body: bytes, content_type: str) -> Reply:
        fate = rng.randrange(14)
        if fate == 0:
            return Reply(0, {}, b"ConnectionError")
        if fate == 1:  # the reply is lost after the centre's commit
            post(path, body, content_type)
            return Reply(0, {}, b"ReadTimeout")
        if fate == 2:  # a proxy sends it twice
            post(path, body, content_type)
            return post(path, body, content_type)
        if fate == 3:
            return Reply(rng.choice((200, 204, 302, 511)), {"content-type": "text/html"}, b"<html>Wi-Fi</html>")
        if fate == 4:
            reply = post(path, body, content_type)
            return Reply(reply.status, reply.headers, reply.body[: rng.randrange(len(reply.body))])
        if fate == 5:
            return Reply(rng.choice((429, 503)), {"retry-after": str(rng.randrange(100))}, b"")
        if fate == 6:
            return Reply(rng.choice((400, 404, 413, 422, 500, 502)), {}, b"{}")
        if fate == 7:  # bits turn on the way
            damaged = bytearray(body)
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
            return post(path, bytes(damaged), content_type)
        if fate == 8:
            reply = post(path, body, content_type)
            damaged = bytearray(reply.body)
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
            return Reply(reply.status, reply.headers, bytes(damaged))
        if fate == 9:
            raise Crash
        if fate == 10:
            post(path, body, content_type)
            raise Crash
        return post(path, body, content_type)

    return send


@pytest.mark.slow
def test_through_every_trouble_each_answer_arrives_exactly_once(
    fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    crashes = arrivals = 0
    for seed in range(SEEDS):
        rng = random.Random(seed)
        path = fast_path / f"{seed}.db"
        centre.stored.clear()
        clock = Clock()
        sealed: list[Sealed] = []
        turns = 0
        outbox = Outbox.open(path)
        agent = agents(outbox, lying_network(centre.post, rng), clock, rng)
        while len(sealed) < ANSWERS or outbox.health().pending:
            turns += 1
            assert turns < 50_000, f"seed {seed} does not end: {agent.contact}"
            if len(sealed) < ANSWERS:
                sealed += fill(outbox, submissions, len(sealed) + 1, min(ANSWERS, len(sealed) + rng.randint(1, 9)))
            try:
                clock.now_s += agent.step()
            except Crash:
                crashes += 1
                outbox.close()
                outbox = Outbox.open(path)
                agent = agents(outbox, lying_network(centre.post, rng), clock, rng)
        assert centre.stored == {record.seq: record.digest for record in sealed}, f"seed {seed}"
        assert outbox.health().quarantined == 0, f"seed {seed}"
        outbox.close()
    arrivals = centre.arrivals
    print(
        f"{SEEDS} seeds (0 to {SEEDS - 1}), {SEEDS * ANSWERS} answers, {crashes} crashes, "
        f"{arrivals} arrivals: 0 lost, 0 doubled"
    )
    assert crashes > SEEDS
    assert arrivals > SEEDS * ANSWERS


@pytest.mark.slow
def test_thirty_days_offline_and_ten_thousand_answers(
    fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    clock = Clock()
    offline = True

    def post(path: str, body: bytes, content_type: str) -> Reply:
        return Reply(0, {}, b"ConnectionError") if offline else centre.post(path, body, content_type)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        sealed = fill(outbox, submissions, 1, 10_000)
        agent = agents(outbox, post, clock, random.Random(1))
        agent.heartbeat_s = 3600.0
        tries = 0
        while clock.now_s < 30 * DAY_S:
            clock.now_s += agent.step()
            tries += 1
        assert outbox.health().pending == 10_000
        offline = False
        turns = drain(agent, clock)
        assert centre.stored == {record.seq: record.digest for record in sealed}
    print(f"30 days offline ({tries} turns of the loop), then 10,000 answers in {turns} turns: 0 lost, 0 doubled")
    assert centre.arrivals == 10_000


@pytest.mark.slow
def test_one_poison_record_among_ten_thousand(fast_path: Path, agents: Any, centre: Any, submissions: Any) -> None:
    centre.poison = frozenset({4_321})
    clock = Clock()
    with Outbox.open(fast_path / "outbox.db") as outbox:
        fill(outbox, submissions, 1, 10_000)
        drain(agents(outbox, centre.post, clock, random.Random(1)), clock)
        assert len(centre.stored) == 9_999
        assert 4_321 not in centre.stored
        assert outbox.health().quarantined == 1
    print("10,000 answers with 1 rejected by the centre: 9,999 delivered, 1 in quarantine, 0 lost")


@pytest.mark.slow
def test_one_record_that_breaks_the_centre_holds_up_no_other(
    fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    """The centre answers 500 whenever it is in the batch: the others go through, it stays, and arrives later."""
    clock = Clock()
    broken = True
    needle = b'"seq":777,'

    def post(path: str, body: bytes, content_type: str) -> Reply:
        from survey.wire import unpack

        if broken and path.endswith("batches") and needle in unpack(body, 2_000_000):
            return Reply(500, {}, b"{}")
        return centre.post(path, body, content_type)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        sealed = fill(outbox, submissions, 1, 2_000)
        agent = agents(outbox, post, clock, random.Random(1))
        for _ in range(500):
            clock.now_s += agent.step()
        assert outbox.health().pending == 1
        assert len(centre.stored) == 1_999
        broken = False
        drain(agent, clock)
        assert centre.stored == {record.seq: record.digest for record in sealed}


def test_two_agents_at_once(fast_path: Path, agents: Any, centre: Any, submissions: Any) -> None:
    clock, rng = Clock(), random.Random(3)
    path = fast_path / "outbox.db"
    turns = 0
    with Outbox.open(path) as one, Outbox.open(path) as other:
        sealed = fill(one, submissions, 1, 1_200)
        both = [agents(outbox, lying_network(centre.post, rng), clock, rng) for outbox in (one, other)]
        while one.health().pending:
            turns += 1
            assert turns < 10_000
            for agent in both:
                try:
                    clock.now_s += agent.step()
                except Crash:
                    continue
        assert centre.stored == {record.seq: record.digest for record in sealed}
        assert other.health().quarantined == 0


@pytest.mark.parametrize("years", [-10, 10, -56])
def test_a_clock_that_is_years_off_changes_nothing(
    years: int, fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    clock = Clock(wall_offset_s=years * 365.25 * DAY_S)
    with Outbox.open(fast_path / "outbox.db") as outbox:
        sealed = fill(outbox, submissions, 1, 300)
        agent = agents(outbox, centre.post, clock, random.Random(1))
        drain(agent, clock)
        clock.wall_offset_s = -clock.wall_offset_s
        sealed += fill(outbox, submissions, 301, 600)
        drain(agent, clock)
        assert centre.stored == {record.seq: record.digest for record in sealed}


@pytest.mark.slow
def test_a_batch_repeated_a_thousand_times_changes_nothing(
    fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    def a_thousand_times(path: str, body: bytes, content_type: str) -> Reply:
        replies = [centre.post(path, body, content_type) for _ in range(1_000)]
        return replies[-1]

    clock = Clock()
    with Outbox.open(fast_path / "outbox.db") as outbox:
        sealed = fill(outbox, submissions, 1, 3)
        drain(agents(outbox, a_thousand_times, clock, random.Random(1)), clock)
        assert centre.stored == {record.seq: record.digest for record in sealed}
        assert outbox.health().quarantined == 0


def test_the_backlog_is_reported_while_delivery_waits(
    fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    """Heartbeats go on every minute although delivery has backed off to minutes."""
    beats: list[float] = []
    clock = Clock()

    def post(path: str, body: bytes, content_type: str) -> Reply:
        if path.endswith("heartbeats"):
            beats.append(clock.now_s)
            return centre.post(path, body, content_type)
        return Reply(503, {"retry-after": "600"}, b"")

    kept: list[Contact] = []
    with Outbox.open(fast_path / "outbox.db") as outbox:
        fill(outbox, submissions, 1, 5)
        agent = agents(outbox, post, clock, random.Random(1))
        agent.keep_contact = kept.append
        while clock.now_s < 1800:
            clock.now_s += agent.step()
    assert 29 <= len(beats) <= 31
    assert 2 <= len({contact.last_try_s for contact in kept if contact.last_try_s is not None}) <= 4
    assert kept[-1].note == "HTTP 503"


def test_nothing_tells_when_somebody_answered(fast_path: Path, agents: Any, centre: Any, submissions: Any) -> None:
    """Between two quarter-hour looks neither a record nor a figure of it leaves the kiosk (law 6)."""
    beats: list[dict[str, Any]] = []
    clock = Clock()

    def post(path: str, body: bytes, content_type: str) -> Reply:
        if path.endswith("heartbeats"):
            beats.append(read_message("heartbeat", body, verify=None))
        return centre.post(path, body, content_type)

    with Outbox.open(fast_path / "outbox.db") as outbox:
        fill(outbox, submissions, 1, 3)
        agent = agents(outbox, post, clock, random.Random(1))
        clock.now_s += agent.step()
        fill(outbox, submissions, 4, 9)
        while clock.now_s < 899:
            clock.now_s += max(agent.step(), 1.0)
        assert sorted(centre.stored) == [1, 2, 3]
        assert {(beat["seq"], beat["pending"], beat["oldest"]) for beat in beats} == {(3, 3, "2023-09-01T08:15+07:00")}
        assert len(beats) >= 14
        while clock.now_s < 902:
            clock.now_s += max(agent.step(), 1.0)
        assert sorted(centre.stored) == list(range(1, 10))


def test_waiting_goes_on_when_the_contact_cannot_be_written(
    fast_path: Path, agents: Any, centre: Any, submissions: Any
) -> None:
    posts: list[float] = []
    clock = Clock()

    def post(path: str, body: bytes, content_type: str) -> Reply:
        if path.endswith("heartbeats"):
            return centre.post(path, body, content_type)
        posts.append(clock.now_s)
        return Reply(503, {"retry-after": "3600"}, b"")

    def full_disk(_contact: Contact) -> None:
        raise OSError(28, "No space left on device")

    with Outbox.open(fast_path / "outbox.db") as outbox:
        fill(outbox, submissions, 1, 3)
        agent = agents(outbox, post, clock, random.Random(1))
        agent.keep_contact = full_disk
        while clock.now_s < 3599:
            clock.now_s += max(agent.step(), 1.0)
    assert len(posts) == 1


def test_delivering_all_stops_at_the_first_failure(fast_path: Path, agents: Any, centre: Any, submissions: Any) -> None:
    clock = Clock()
    posts: list[str] = []

    def post(path: str, body: bytes, content_type: str) -> Reply:
        posts.append(path)
        return centre.post(path, body, content_type)

    def broken(_receipt: Receipt) -> None:
        raise StorageFailed("no room", "disk_full")

    with Outbox.open(fast_path / "outbox.db") as outbox:
        fill(outbox, submissions, 1, 1_100)
        agent = agents(outbox, post, clock, random.Random(1))
        agent.deliver_all()
        assert len(posts) == 3
        assert outbox.health().pending == 0
        fill(outbox, submissions, 1_101, 1_102)
        outbox.release = broken  # type: ignore[method-assign]
        with pytest.raises(StorageFailed):
            agent.deliver_all()
        assert len(posts) == 4
