"""The station is alive while its page answers, through its own port; a server that hangs is not."""

import socket
import threading
from collections.abc import Iterator

import pytest
from waitress import create_server

from kiosk.notify import Heart
from kiosk.station.pulse import Answer


class Beats:
    """A service manager that asks for a sign every two seconds."""

    period_s = 1.0

    def __init__(self) -> None:
        self.count = 0

    def alive(self, at_s: float) -> None:
        self.count += 1


@pytest.fixture
def port() -> Iterator[int]:
    def page(_environ, start):
        start("421 Misdirected Request", [])
        return [b""]

    server = create_server(page, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield int(server.effective_port)
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(10)


def test_an_answer_whatever_it_says_is_a_sign_of_life(port: int) -> None:
    answer, beats = Answer("0.0.0.0", port, 10.0), Beats()
    heart = Heart(beats, answer)
    heart.turn(0.0)
    assert answer.wait(30.0)
    heart.turn(0.1)
    assert beats.count == 1
    heart.turn(0.2)
    assert beats.count == 1, "one sign for one answer"


def test_a_server_that_takes_no_request_gives_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        answer, beats = Answer("127.0.0.1", deaf.getsockname()[1], 0.2), Beats()
        heart = Heart(beats, answer)
        heart.turn(0.0)
        assert answer.wait(30.0)
        heart.turn(0.5)
        assert beats.count == 0
