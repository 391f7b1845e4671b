"""What follows from a trial: `decide`, case by case; and from errors."""

from pathlib import Path

import pytest

from agent.llm.errors import ModelUnavailable, NoRecordedAnswer, ReplyFault, ReplyInvalid
from agent.play.jobs import JobResult
from agent.practice.admission import Admit, Decision, GiveUp, GoOn, Wait, decide, giving_up
from agent.practice.bar import LEAST_LOWER_BOUND
from agent.practice.curriculum import CRAFT_ROUNDS, FEWEST_ROUNDS, POLISH_ROUNDS
from agent.practice.roster import Candidate
from agent.practice.session_state import SkillProgress
from agent.practice.trials import Trial, TrialOutcome
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from agent.testing.toy import walk
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected, ContradictoryPreferences, PolicyMismatch, TrainingDiverged
from skills.interval import wilson
from skills.skill import SkillStats
from tests.agent.practice.small_session import Small, small_session
from tests.agent.scripted import result

LEARNED = Candidate(Ability(name="s", obtains={"wood": 1}).skill)
SINGLE = Candidate(Ability(name="s", obtains={"pick": 1}, action="make_pick", until=False).skill)
UNTIL = Candidate(walk("up").skill)

BARELY, NOT_QUITE = (27, 40), (26, 40)
"""Successes of 40: lower bounds of 0.520 and 0.495."""
FLAT = [0.1] * FEWEST_ROUNDS
RISING = [0.1, 0.2, 0.3, 0.4]
MANY = [0.5] * CRAFT_ROUNDS


def test_the_bounds_that_the_table_rests_on() -> None:
    assert wilson(*BARELY).low >= LEAST_LOWER_BOUND > wilson(*NOT_QUITE).low


@pytest.mark.parametrize(
    ("candidate", "score", "aborted", "better", "status", "rates", "expected"),
    [
        (LEARNED, BARELY, 0, True, "open", [0.65], Admit()),
        (LEARNED, NOT_QUITE, 0, True, "open", [0.625], GoOn()),
        (LEARNED, (40, 40), 0, True, "admitted", [0.9, 1.0], Admit()),
        (LEARNED, (40, 40), 0, False, "admitted", [0.9, 1.0], GoOn()),
        (LEARNED, (0, 40), 0, False, "admitted", FLAT, GoOn()),
        (LEARNED, (4, 40), 0, True, "open", FLAT[1:], GoOn()),
        (LEARNED, (4, 40), 0, True, "open", FLAT, GiveUp(f"4 of 40 after {FEWEST_ROUNDS} rounds")),
        (LEARNED, (16, 40), 0, True, "open", RISING, GoOn()),
        (LEARNED, BARELY, 0, True, "open", FLAT, Admit()),
        (UNTIL, (4, 40), 0, True, "open", FLAT, GiveUp(f"4 of 40 after {FEWEST_ROUNDS} rounds")),
        (SINGLE, (4, 40), 0, True, "open", FLAT, GoOn()),
        (SINGLE, (4, 40), 0, True, "open", MANY[1:], GoOn()),
        (SINGLE, (4, 40), 0, True, "open", MANY, GiveUp(f"4 of 40 after {CRAFT_ROUNDS} rounds")),
        (LEARNED, (0, 0), 0, True, "open", [], Wait()),
        (LEARNED, (0, 0), 0, True, "admitted", FLAT, Wait()),
        (LEARNED, (3, 3), 4, True, "open", [], GiveUp("4 of 7 attempts broke down: it broke")),
        (LEARNED, (0, 0), 4, True, "open", [], GiveUp("4 of 4 attempts broke down: it broke")),
        (LEARNED, (40, 40), 40, True, "open", [1.0], Admit()),
    ],
)
def test_decide(
    candidate: Candidate,
    score: tuple[int, int],
    aborted: int,
    better: bool,
    status: str,
    rates: list[float],
    expected: Decision,
) -> None:
    successes, attempts = score
    results = [result("s", "done")] * successes + [result("s", "not_done")] * (attempts - successes)
    outcome = TrialOutcome(tuple(results), aborted, "it broke" if aborted else "")
    trial = Trial(candidate=candidate, outcome=outcome, stats=outcome.stats, better=better)
    progress = SkillProgress(status=status, rounds=len(rates), rates=rates)  # type: ignore[arg-type]
    before = progress.model_copy(deep=True)
    assert decide(trial, progress) == expected
    assert progress == before  # it only looks


def test_unclear_executions_speak_neither_for_nor_against() -> None:
    unclear = TrialOutcome((result("s", "unclear"),) * 40)
    trial = Trial(candidate=LEARNED, outcome=unclear, stats=unclear.stats)
    assert decide(trial, SkillProgress(rounds=9, rates=[0.0] * 9)) == Wait()


def test_a_scripted_skill_is_judged_by_all_its_trials() -> None:
    latest = TrialOutcome((result("s", "done"),) * 12)
    earlier = SkillStats(successes=12, failures=24)
    progress = SkillProgress(rounds=3, rates=[0.0, 0.0, 1.0])
    assert decide(Trial(candidate=SINGLE, outcome=latest, stats=latest.stats), progress) == Admit()
    assert decide(Trial(candidate=SINGLE, outcome=latest, stats=earlier), progress) == GoOn()


class TestGivingUp:
    """Errors in one skill's turn that cost that skill and not the session."""

    @staticmethod
    def after(error: Exception, tmp_path: Path, status: str = "open") -> Small:
        """A session in which a skill's turn ended with this error."""
        chop = Ability(name="chop", obtains={"wood": 1})
        with Sandbox() as sandbox:
            own = small_session(
                tmp_path, StandInPool(lambda job: JobResult(job=job)), sandbox, also_known=[chop]
            )
            own.session.state.skills["chop"].status = status  # type: ignore[assignment]
            with giving_up(own.session, "chop"):
                raise error
        return own

    @pytest.mark.parametrize("kind", [ReplyFault, ReplyInvalid, NoRecordedAnswer, ContradictoryPreferences])
    def test_without_a_usable_design(self, kind: type[Exception], tmp_path: Path) -> None:
        progress = self.after(kind("it is no use"), tmp_path).session.state.skills["chop"]
        assert (progress.status, progress.reason) == ("abandoned", "no usable design: it is no use")

    @pytest.mark.parametrize("kind", [CodeRejected, PolicyMismatch, TrainingDiverged])
    def test_when_it_breaks_down(self, kind: type[Exception], tmp_path: Path) -> None:
        own = self.after(kind("line 2"), tmp_path)
        progress = own.session.state.skills["chop"]
        assert (progress.status, progress.reason) == ("abandoned", "it broke down: line 2")
        assert [event["reason"] for event in own.events("abandoned")] == [progress.reason]

    def test_an_admitted_skill_stays_in_use(self, tmp_path: Path) -> None:
        own = self.after(CodeRejected("line 2"), tmp_path, "admitted")
        progress = own.session.state.skills["chop"]
        assert (progress.status, progress.rounds) == ("admitted", POLISH_ROUNDS)
        assert own.events("abandoned") == []
        assert len(own.events("not_polished")) == 1

    @pytest.mark.parametrize("kind", [ModelUnavailable, ValueError])
    def test_other_errors_end_the_session(self, kind: type[Exception], tmp_path: Path) -> None:
        with pytest.raises(kind):
            self.after(kind("no line"), tmp_path)
