"""What is no turn goes through the slots too: joint training, cloning, play; and on when a slot is lost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.practice.any_slot import AnySlot
from agent.practice.baton import Baton
from agent.practice.loop import run_practice
from agent.practice.session_state import SessionState
from agent.practice.slots import Apart, SlotJobs, _host
from agent.testing.abilities import kit_of
from agent.testing.pools import StandInPool
from agent.testing.toy import walk
from envs.errors import NoCluster
from envs.rollout.episode import Starts
from envs.workers.local import LocalPool
from envs.workers.servant import Answer, Death, SameEverywhere
from skills.files import sha256
from skills.training.host import Told
from skills.training.joint.spec import JointSpec
from tests.agent.practice.test_turns import in_this_process
from tests.agent.toy_session import kinds, run_of
from tests.skills.training.joint.test_train import IN_TURN, ROCK, SMALL, WOOD

STEPS = 20 * 128
KIT = kit_of(walk("up"))
JOBS = [Job(seed=number, skill="walk_up") for number in range(6)]


def together(folder: Path, **rest: Any) -> JointSpec:
    return replace(
        JointSpec(
            game="toy", skills=(WOOD, ROCK), choose=IN_TURN, networks="shared", work_dir=folder, seed=1,
            starts=Starts(max_steps=100), budget_steps=STEPS, config=SMALL, checkpoint_every=128,
        ),
        **rest,
    )  # fmt: skip


class Ending(LocalPool):
    """Ends at the second answer that tells how a training stands, in one way or another."""

    told = 0

    def __init__(self, end: Callable[[], Death]) -> None:
        super().__init__(SameEverywhere(_host))
        self._end = end

    def receive(self, worker: int) -> Any:
        outcome = super().receive(worker)
        if isinstance(outcome, Answer) and isinstance(outcome.value, Told):
            self.told += 1
            if self.told == 2:
                return self._end()
        return outcome


def dies() -> Death:
    return Death("slot-1-training", None, "its node is gone")


def is_lost() -> Death:
    raise NoCluster("its node is gone, and there is no other")


@pytest.fixture
def baton() -> Iterator[Baton]:
    baton = Baton()
    baton.take()
    yield baton


def slot(number: int, baton: Baton, pool: LocalPool, jobs: JobPool | None = None) -> Apart:
    slot = Apart(number, SlotJobs(LocalPool(JobPool.idle()), baton), lambda: pool, baton, sends=True)
    if jobs is not None:
        slot.jobs = jobs  # type: ignore[assignment]
    return slot


@pytest.mark.slow
@pytest.mark.parametrize("end", [dies, is_lost])
def test_joint_training_goes_on_from_its_checkpoint_and_steps_count_once(
    baton: Baton, tmp_path: Path, end: Callable[[], Death]
) -> None:
    spec, lost, steps = together(tmp_path / "together"), list[int](), list[int]()
    slots = [slot(1, baton, Ending(end)), slot(2, baton, LocalPool(SameEverywhere(_host)))]
    any_slot = AnySlot(slots, lambda gone, error: lost.append(gone.number))
    result = any_slot.train(spec, on_progress=lambda progress: steps.append(progress.steps))
    assert (lost, any_slot.about["slot"]) == (([], 1) if end is dies else ([1], 2))
    assert result.steps == sum(skill.steps for skill in result.skills) == STEPS
    assert steps[-1] == STEPS and steps.count(128) == 1  # what was kept is not done again
    assert set(result.weights) == {"wood", "rock"}
    assert all(path.parent == spec.work_dir and path.is_file() for path in result.weights.values())
    any_slot.first.end()


@pytest.mark.slow
def test_the_weights_are_those_of_a_joint_training_here(baton: Baton, tmp_path: Path) -> None:
    from skills.training.joint.train import train_joint

    here = train_joint(together(tmp_path / "here", budget_steps=384))
    away = slot(1, baton, LocalPool(SameEverywhere(_host)))
    there = away.train(together(tmp_path / "there", budget_steps=384))
    away.end()
    for name, path in here.weights.items():
        assert sha256(path.read_bytes()) == sha256(there.weights[name].read_bytes())


class Losing(StandInPool):
    """Its slot is lost after two results."""

    def end(self) -> None:
        """It has no processes."""

    def run(self, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
        yield from super().run(kit, jobs[:2])
        raise NoCluster("its node is gone")


def test_what_a_lost_slot_has_not_played_is_played_in_the_next(baton: Baton) -> None:
    played: list[int] = []

    def play(job: Job) -> JobResult:
        played.append(job.seed)
        return JobResult(job=job)

    idle = LocalPool(SameEverywhere(_host))
    slots = [slot(1, baton, idle, Losing(play)), slot(2, baton, idle, StandInPool(play))]
    lost: list[int] = []
    results = list(AnySlot(slots, lambda gone, error: lost.append(gone.number)).jobs.run(KIT, JOBS))
    assert [result.job.seed for result in results] == played == [0, 1, 2, 3, 4, 5]
    assert lost == [1] and [left.number for left in slots] == [2]


def test_the_loss_of_the_last_slot_is_an_error(baton: Baton) -> None:
    slots = [slot(1, baton, LocalPool(SameEverywhere(_host)), Losing(lambda job: JobResult(job=job)))]
    with pytest.raises(NoCluster, match="its node is gone"):
        list(AnySlot(slots, lambda gone, error: None).jobs.run(KIT, JOBS))
    assert len(slots) == 1  # the session ends with it


@pytest.mark.slow
def test_a_session_hands_its_joint_training_to_a_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.practice.session.open_slots", in_this_process)
    config = PracticeConfig(
        game="toy", library=tmp_path / "library", runs_dir=tmp_path / "runs", budget_steps=4_000, minutes=60,
        seed=3, workers=1, slots=2, training="joint", networks="shared",
    )  # fmt: skip
    report = run_practice(config)
    run = run_of(config, report)
    (event,) = kinds(run, "trained_together")
    assert event["slot"] == 1
    assert (run.path / "training" / "together").is_dir()
    state = SessionState.load(run.path)
    alone = sum(each["steps"] for each in kinds(run, "trained"))
    assert event["steps"] + alone == sum(skill.train_steps for skill in state.skills.values())
