"""Turns side by side: one of them works at a time, all of them end, and nothing is counted twice."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.play.job_pool import JobPool
from agent.practice.baton import Baton, Dropped
from agent.practice.loop import run_practice
from agent.practice.session import Session
from agent.practice.session_state import Budget, SessionState
from agent.practice.slots import Apart, SlotJobs, open_slots
from agent.practice.snapshot import Snapshot
from agent.practice.trials import try_out
from agent.practice.turns import Turns, open_turns
from agent.testing.toy import walk
from envs.errors import NoCluster, WorkerDied
from envs.workers.local import LocalPool
from envs.workers.servant import Answer, Death, SameEverywhere
from skills.code.sandbox import Sandbox
from skills.store.store import SkillLibrary
from tests.agent.practice.small_session import Small, small_session
from tests.agent.toy_session import admitted, kinds, run_of


class Script:
    """A training that tells what it was given, without training anything."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def begin(self, *given: Any) -> None:
        self.asked.append("begin")

    def go_on(self, *given: Any) -> Any:
        self.asked.append("go_on")

    def close(self) -> None:
        pass


def in_this_process(count: int, workers: int, cluster: str) -> tuple[list[Apart], Baton]:
    """Slots without processes, which would take long to start."""
    from agent.practice.slots import _host

    baton = Baton()
    slots = [
        Apart(
            number + 1, SlotJobs(LocalPool(JobPool.idle()), baton), lambda: LocalPool(SameEverywhere(_host)),
            baton, sends=True,
        )
        for number in range(count)
    ]  # fmt: skip
    return slots, baton


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def small(worker: JobPool, sandbox: Sandbox, tmp_path: Path) -> Small:
    return small_session(tmp_path, worker, sandbox, walk("up"), walk("left"))


@pytest.fixture
def turns(small: Small) -> Iterator[Turns]:
    slots, baton = in_this_process(2, 1, "")
    baton.take()
    object.__setattr__(small.session, "slots", slots)
    object.__setattr__(small.session, "baton", baton)
    with open_turns(small.session) as turns:
        yield turns


def meeting(events: list[str], name: str, gate: threading.Barrier) -> Callable[[Session], None]:
    """A turn that waits for another one to be under way, as for work elsewhere."""

    def turn(session: Session) -> None:
        events.append(f"{name} begins")
        with session.slot._baton.handed_on():  # type: ignore[attr-defined]
            gate.wait()
        events.append(f"{name} ends")

    return turn


def test_turns_work_one_at_a_time_and_wait_side_by_side(turns: Turns) -> None:
    events: list[str] = []
    gate = threading.Barrier(2)
    turns.begin("one", meeting(events, "one", gate))
    turns.begin("two", meeting(events, "two", gate))  # neither could end if the other were not under way
    assert turns.skills == {"one", "two"}
    turns.finish()
    assert turns.skills == frozenset()
    assert sorted(events) == ["one begins", "one ends", "two begins", "two ends"]
    assert [event.split()[1] for event in events] == ["begins", "begins", "ends", "ends"]


def test_a_third_turn_waits_for_a_slot(turns: Turns) -> None:
    slots: list[Any] = []
    for name in ("one", "two", "three"):
        turns.begin(name, lambda session: slots.append(session.slot))
    turns.finish()
    assert len(slots) == 3 and len(set(map(id, slots))) == 2


def test_each_turn_draws_by_itself_so_that_the_order_of_arrival_changes_nothing(
    turns: Turns, small: Small
) -> None:
    drawn: dict[str, float] = {}
    for number, name in enumerate(("one", "two")):
        small.session.state.turns = number
        turns.begin(name, lambda session, name=name: drawn.update({name: session.rng.random()}))
    turns.finish()
    assert len(set(drawn.values())) == 2
    again: dict[str, float] = {}
    for number, name in reversed(list(enumerate(("one", "two")))):
        small.session.state.turns = number
        turns.begin(name, lambda session, name=name: again.update({name: session.rng.random()}))
    turns.finish()
    assert again == drawn


def test_what_a_turn_raises_ends_the_others_where_they_wait(small: Small) -> None:
    slots, baton = in_this_process(2, 1, "")
    baton.take()
    object.__setattr__(small.session, "slots", slots)
    object.__setattr__(small.session, "baton", baton)
    release, waiting = threading.Event(), threading.Event()
    ended: list[str] = []

    def waits(session: Session) -> None:
        try:
            with baton.handed_on():
                waiting.set()
                release.wait()
            ended.append("it went on")
        except Dropped:
            ended.append("dropped")
            raise

    def fails(session: Session) -> None:
        with baton.handed_on():
            waiting.wait()
        raise WorkerDied("on purpose")

    object.__setattr__(slots[0], "end", release.set)
    with pytest.raises(WorkerDied, match="on purpose"), open_turns(small.session) as turns:
        turns.begin("waits", waits)
        turns.begin("fails", fails)
    assert ended == ["dropped"]
    assert baton._lock.locked()  # this thread holds it again, and may save the session


def test_ctrl_c_while_turns_are_under_way_ends_them(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    slots, baton = in_this_process(2, 1, "")
    baton.take()
    object.__setattr__(small.session, "slots", slots)
    object.__setattr__(small.session, "baton", baton)
    release = threading.Event()
    object.__setattr__(slots[0], "end", release.set)

    def waits(session: Session) -> None:
        with baton.handed_on():
            release.wait()

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt), open_turns(small.session) as turns:
        turns.begin("waits", waits)
        monkeypatch.setattr(turns, "wait", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
        turns.wait()
    assert threading.active_count() == before


def test_a_slot_that_is_lost_ends_nothing_but_its_turn(turns: Turns, small: Small) -> None:
    ran: list[str] = []

    def loses(session: Session) -> None:
        raise NoCluster("no slot is free on the cluster")

    turns.begin("one", loses)
    turns.finish()
    for name in ("two", "three"):
        turns.begin(name, lambda session, name=name: ran.append(name))
    turns.finish()
    assert ran == ["two", "three"]
    (event,) = small.events("slot_lost")
    assert (event["skill"], event["slot"]) == ("one", 1)
    with pytest.raises(NoCluster):  # the last one
        turns.begin("four", loses)
        turns.finish()


class Dying(LocalPool):
    """Its first worker dies when it is asked how it goes on."""

    deaths = 1
    begun = True

    def receive(self, worker: int) -> Any:
        outcome = super().receive(worker)
        if self.deaths and outcome != Answer(None):
            self.deaths -= 1
            return Death("slot-1-training", None, "its node is gone", begun=self.begun)
        return outcome


class TestTrainings:
    @pytest.mark.slow
    def test_a_training_whose_process_dies_goes_on_from_its_checkpoint(self, tmp_path: Path) -> None:
        from agent.practice.slots import _host
        from skills.training.train import train_skill
        from tests.skills.training.test_host import small, weights

        baton = Baton()
        baton.take()
        pool = Dying(SameEverywhere(_host))
        slot = Apart(1, SlotJobs(LocalPool(JobPool.idle()), baton), lambda: pool, baton, sends=True)
        spec, here = small(tmp_path / "there"), small(tmp_path / "here")
        steps: list[int] = []
        result = slot.train(spec, on_progress=lambda progress: steps.append(progress.steps))
        assert pool.restarts == 1
        assert result.steps == 384 and steps[-1] == 384
        train_skill(here)
        assert weights(spec) == weights(here)  # it had sent nothing yet: it was begun again
        slot.end()

    def test_a_training_whose_process_dies_again_and_again_is_an_error(self, tmp_path: Path) -> None:
        from tests.skills.training.test_host import small

        baton = Baton()
        baton.take()
        pool = Dying(SameEverywhere(Script))
        pool.deaths = 100
        pool.receive = lambda worker: Death("slot-1-training", -9)  # type: ignore[method-assign]
        slot = Apart(1, SlotJobs(LocalPool(JobPool.idle()), baton), lambda: pool, baton, sends=False)
        with pytest.raises(WorkerDied, match=r"for the 5th time in a training of collect_wood"):
            slot.train(small(tmp_path))

    def test_steps_of_trainings_under_way_are_not_counted_on_by_others(self) -> None:
        budget = Budget(SessionState(steps=100), 1_000, 60)
        with budget.reserving(300):
            assert budget.steps_left == 600
            with budget.reserving(600):
                assert (budget.steps_left, budget.reason) == (0, "")
        assert budget.steps_left == 900


class TestOutdated:
    def test_what_others_corrected_meanwhile_is_told_once_and_recorded(self, small: Small) -> None:
        snapshot = Snapshot.of(small.session, small.roster, "walk_up")
        assert not snapshot.corrected(small.session, "after its training")
        old = Snapshot("walk_up", {"wood": 1}, snapshot.library)
        assert old.corrected(small.session, "after its training")
        (event,) = small.events("outdated")
        assert (event["when"], event["started_from"], event["needs"]) == (
            "after its training",
            {"wood": 1},
            {},
        )

    def test_a_trial_is_not_counted_during_which_the_needs_were_corrected(
        self, small: Small, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from agent.practice.roster import Candidate
        from agent.practice.trials import TrialOutcome

        name = "walk_up"
        believed = [{"wood": 1}, {"wood": 2}]
        monkeypatch.setattr("agent.practice.trials._execute", lambda *given: TrialOutcome())
        monkeypatch.setattr(
            "agent.practice.trials.needs_of", lambda session, skill: believed.pop(0), raising=True
        )
        rounds = small.session.state.skills[name].rounds
        trial = try_out(small.session, Candidate(small.roster.skills[name]), (), small.roster)
        assert trial.outdated and not trial.counts
        assert small.session.state.skills[name].rounds == rounds
        assert [event["when"] for event in small.events("outdated")] == ["while it was tried"]


@pytest.mark.slow
def test_two_slots_learn_what_one_does_and_the_counts_add_up(
    configure: Callable[..., PracticeConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.practice.session.open_slots", in_this_process)
    config = configure(slots=2)
    report = run_practice(config)
    assert sorted(admitted(report)) == ["walk_down", "walk_left", "walk_up"]
    run = run_of(config, report)
    assert [event["slots"] for event in kinds(run, "slots")] == [2]
    assert {event["slot"] for event in kinds(run, "started_from")} == {1, 2}
    assert sorted(event["skill"] for event in kinds(run, "admitted")) == sorted(admitted(report))
    state = SessionState.load(run.path)
    trained = sum(event["steps"] for event in kinds(run, "trained"))
    assert trained == sum(skill.train_steps for skill in state.skills.values())
    assert state.steps == report.steps >= trained
    library = SkillLibrary(config.library, "toy")
    assert library.verify() == []
    assert {skill.version for skill in library.load_all().values()} == {1}


def test_slots_of_a_session_are_ended_when_one_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    def open_one(number: int, workers: int, baton: Baton) -> Any:
        if number == 2:
            raise WorkerDied("no more")
        slots, _ = in_this_process(1, 1, "")
        object.__setattr__(slots[0], "end", lambda: ended.append(number))
        return slots[0]

    monkeypatch.setattr("agent.practice.slots._on_this_machine", open_one)
    with pytest.raises(WorkerDied, match="no more"):
        open_slots(2, 1, "")
    assert ended == [1]
