import pytest

from agent.web.server.shared_answer import KEPT_FOR, SharedAnswer


class Folder:
    """Takes `takes` seconds to read; says how often it was read."""

    def __init__(self, takes: float) -> None:
        self.now, self.takes, self.read = 0.0, takes, 0

    def look(self) -> int:
        self.now += self.takes
        self.read += 1
        if self.read == 3:
            raise OSError("gone")
        return self.read


def test_who_asks_soon_is_given_the_same_answer() -> None:
    folder = Folder(takes=2.0)
    ask = SharedAnswer(folder.look, clock=lambda: folder.now)
    assert [ask() for _ in range(200)] == [1] * 200
    folder.now += 2.0 * KEPT_FOR
    assert ask() == 2


def test_an_answer_that_costs_nothing_is_made_anew_and_an_error_is_not_kept() -> None:
    folder = Folder(takes=0.0)
    ask = SharedAnswer(folder.look, clock=lambda: folder.now)
    assert (ask(), ask()) == (1, 2)
    with pytest.raises(OSError, match="gone"):
        ask()
    assert ask() == 4
