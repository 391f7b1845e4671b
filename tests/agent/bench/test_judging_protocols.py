"""The comparison of protocols, with a stand-in that is always right or always wrong."""

import json

import pytest

from agent.bench.judging_protocols import PROTOCOLS, Attempt, collect, compare, main, open_named, stand_in
from envs.registry import game_spec
from planners.execution.judge import JudgeTask

TOY = game_spec("toy")


@pytest.fixture(scope="module")
def attempts() -> list[Attempt]:
    return collect(TOY, 6, seed=1)


def test_half_of_the_attempts_are_true_and_all_were_seen(attempts: list[Attempt]) -> None:
    assert [each.true for each in attempts] == [True, False] * 3
    assert all(len(each.task.frames) == 3 and each.task.claim for each in attempts)
    assert [each.task.claim for each in attempts] == [each.task.claim for each in collect(TOY, 6, seed=1)]


@pytest.mark.parametrize(("right", "accuracy"), [(1.0, 1.0), (0.0, 0.0)])
@pytest.mark.one_in(2)
def test_scores(attempts: list[Attempt], right: float, accuracy: float) -> None:
    with stand_in(attempts, right, seed=0) as address:
        scores = [score.to_record() for score in compare(TOY, attempts, lambda: open_named(address))]
    assert [score["protocol"] for score in scores] == list(PROTOCOLS)
    for score in scores:
        assert (score["accuracy"], score["coverage"], score["false_done"]) == (accuracy, 1.0, 1 - accuracy)
    claims = len({each.task.claim for each in attempts})
    assert [score["calls"] for score in scores] == [claims + 6, claims + 6, claims + 18, claims + 18]
    assert scores[2]["tokens_per_attempt"] > 2 * scores[0]["tokens_per_attempt"]


def test_the_same_question_is_asked_of_the_model_every_time(attempts: list[Attempt]) -> None:
    """No protocol profits from what another one was answered."""
    assert isinstance(attempts[0].task, JudgeTask)
    with stand_in(attempts, 1.0, seed=0) as address:
        first, second = (compare(TOY, attempts[:2], lambda: open_named(address)) for _ in range(2))
    assert [score.calls for score in first] == [score.calls for score in second]


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stand-in", "--attempts", "4", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["protocols"]) == len(PROTOCOLS)
