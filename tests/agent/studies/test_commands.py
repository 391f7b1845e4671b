"""Commands as processes: what they say is kept, failures are told, a session is interrupted and resumed."""

import signal

import pytest

from agent.records.runs import list_runs
from agent.studies.commands import CommandFailed, journeyman, latest_run, practise

TOY = {"game": "toy", "budget_steps": 6_000, "round_steps": 2_048, "workers": 1, "minutes": 5}


def test_what_a_command_says_is_kept_and_a_failure_is_told(tmp_path):
    with pytest.raises(CommandFailed, match="no game 'chess'"):
        journeyman(["practice", "--game", "chess"], tmp_path / "said.log")
    assert "no game 'chess'" in (tmp_path / "said.log").read_text()


def test_no_folder_holds_no_run(tmp_path):
    assert latest_run(tmp_path / "nothing") is None


@pytest.fixture
def in_the_background():
    """As a shell starts what it does not wait for: Ctrl-C is ignored, by what that starts too."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.slow
@pytest.mark.usefixtures("in_the_background")
@pytest.mark.long
def test_practice_is_interrupted_gone_on_with_and_not_repeated(tmp_path):
    library, runs = tmp_path / "library", tmp_path / "runs"
    first = practise(library, runs, TOY, seconds=2)  # before it can be done, even before it has begun
    assert first.interrupted
    begun = latest_run(runs)
    assert begun is None or not begun.result()
    assert not practise(library, runs, TOY).interrupted
    (run,) = list_runs(runs)
    assert run.result()
    assert practise(library, runs, TOY).seconds == 0
