"""What is retired, what is kept, and how it comes back."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import PracticeConfig
from agent.play.jobs import Job, JobResult
from agent.play.kit import GuardCode
from agent.practice.housekeeping import retirement
from agent.practice.housekeeping.contribution import LARGEST_HELP, PAIRS, Contribution, measured, place_of
from agent.practice.housekeeping.retirement import FEWEST_EXECUTIONS, NEW_SKILLS, duplicates, keep_house
from agent.practice.loop import run_practice
from agent.practice.preparation import enter_claim
from agent.practice.recorded_play import FEWEST_PLAYS, MOST_GOALS, Housekeeping
from agent.practice.session_state import SessionState
from agent.records.runs import list_runs
from agent.testing.abilities import Ability
from agent.testing.faults import FULL, Killed, failing, killed, os_error
from agent.testing.pools import StandInPool
from agent.testing.toy import walk
from envs.seeding import training_seed
from skills.code.sandbox import Sandbox
from skills.errors import LibraryNotWritable
from skills.skill import PolicyRecord, SkillKind, SkillStats
from skills.store.store import SkillLibrary
from tests.agent.conftest import recorded_config
from tests.agent.practice.small_session import Small, small_session
from tests.agent.scripted import result
from tests.agent.toy_session import kinds

UP, LEFT = walk("up"), walk("left")
"""They need nothing and bring the same."""
TAKE = Ability(name="take", obtains={"wood": 1}, action="take")
GRAB = Ability(name="grab", obtains={"wood": 1}, requires={"pick": 1}, action="take")
BENCH = Ability(name="bench", obtains={"near.bench": 1}, consumes={"wood": 2}, action="place_bench")
PICK = Ability(
    name="pick", obtains={"pick": 1}, consumes={"wood": 1}, requires={"near.bench": 1}, action="make_pick"
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


class World:
    """How skills do, by name: whether they succeed, and in how many steps; goals are as good as `reach`."""

    def __init__(self, **skills: tuple[bool, int]) -> None:
        self.skills = skills
        self.reach: Callable[[Job, frozenset[str]], tuple[bool, int]] = lambda job, able: (True, 10)
        self.pool = StandInPool(self.play)

    def play(self, job: Job) -> JobResult:
        if job.skill:
            done, steps = self.skills[job.skill]
            attempt = result(job.skill, "done" if done else "not_done", steps)
            return JobResult(job=job, steps=steps, goal_reached=True, attempt=attempt, results=(attempt,))
        reached, steps = self.reach(job, frozenset(self.able))
        return JobResult(job=job, steps=steps, goal_reached=reached)

    able: frozenset[str] = frozenset()


class WatchedPool(StandInPool):
    """Tells its world which skills can be executed."""

    def __init__(self, world: World) -> None:
        super().__init__(world.play)
        self.world = world

    def run(self, kit, jobs):  # type: ignore[no-untyped-def]
        self.world.able = frozenset(kit.skills)
        yield from super().run(kit, jobs)


def house(
    folder: Path, sandbox: Sandbox, world: World, *abilities: Ability, guard: GuardCode | None = None
) -> Small:
    """A session in which these are in the library, with states to start from, and enough of them is new."""
    own = small_session(folder, WatchedPool(world), sandbox, *abilities, guard=guard)
    for ability in abilities:
        own.session.library.add(ability.skill)
        own.session.graph.set_stats(ability.name, SkillStats(successes=30, failures=2, steps=320))
        own.session.state.skills[ability.name].status = "admitted"
    own.fill(6)
    own.session.state.steps = 10_000
    return own


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is gone through when anything is new."""
    monkeypatch.setattr(retirement, "NEW_SKILLS", 0)


def retired(own: Small) -> dict[str, str]:
    return {event["skill"]: event["why"] for event in own.events("retired")}


class TestDuplicates:
    def test_of_two_that_do_the_same_the_better_stays(self, tmp_path: Path, sandbox: Sandbox) -> None:
        own = house(tmp_path, sandbox, World(walk_up=(True, 9), walk_left=(True, 4)), UP, LEFT)
        keep_house(own.session, own.roster)
        assert retired(own) == {"walk_up": "duplicate"}
        record = own.session.library.retirement("walk_up") or {}
        assert (record["instead"], record["by"]) == ("walk_left", "practice")
        assert record["reason"] == "walk_left does the same: 6 of 6 in 9 steps against 6 of 6 in 4 steps"
        assert own.session.library.load("walk_up").effects == UP.skill.effects  # still there, lineage and all
        assert set(own.roster.skills) == {"walk_left"} == set(own.roster.kit.skills)
        assert not own.session.graph.available("walk_up")
        assert own.session.state.skills["walk_up"].status == "retired"

    def test_success_counts_before_speed_and_the_older_one_stays_where_both_are_alike(
        self, tmp_path: Path, sandbox: Sandbox
    ) -> None:
        slow = house(tmp_path / "a", sandbox, World(walk_up=(True, 30), walk_left=(False, 4)), UP, LEFT)
        keep_house(slow.session, slow.roster)
        assert retired(slow) == {"walk_left": "duplicate"}
        same = house(tmp_path / "b", sandbox, World(walk_up=(True, 4), walk_left=(True, 4)), UP, LEFT)
        keep_house(same.session, same.roster)
        assert retired(same) == {"walk_left": "duplicate"}

    def test_both_are_tried_from_the_same_states(self, tmp_path: Path, sandbox: Sandbox) -> None:
        world = World(walk_up=(True, 4), walk_left=(True, 5))
        own = house(tmp_path, sandbox, world, UP, LEFT)
        keep_house(own.session, own.roster)
        pool = own.session.pool
        assert isinstance(pool, StandInPool)
        starts = {name: [job.start for job in pool.jobs if job.skill == name] for name in world.skills}
        assert starts["walk_up"] == starts["walk_left"]
        assert len(starts["walk_up"]) == 6
        assert own.session.state.housekeeping.steps == 6 * (4 + 5)

    def test_without_states_both_stay(self, tmp_path: Path, sandbox: Sandbox) -> None:
        own = house(
            tmp_path, sandbox, World(), TAKE, Ability(name="pull", obtains={"wood": 1}, action="take")
        )
        own.session.bank._entries.clear()
        keep_house(own.session, own.roster)
        assert retired(own) == {}

    def test_what_only_comes_along_makes_no_difference(self, tmp_path: Path, sandbox: Sandbox) -> None:
        also = Ability(name="pull", obtains={"wood": 1}, gives={"did.collect_wood": 1}, action="take")
        other = Ability(name="carry", obtains={"wood": 2}, action="take")
        own = house(tmp_path, sandbox, World(), TAKE, also, GRAB, other)
        assert duplicates(own.session.graph, list(own.roster.skills)) == [["take", "pull"]]

    def test_what_alone_brings_an_event_stays(self, tmp_path: Path, sandbox: Sandbox) -> None:
        also = Ability(name="pull", obtains={"wood": 1}, gives={"did.collect_wood": 1}, action="take")
        worse = house(tmp_path / "a", sandbox, World(take=(True, 1), pull=(False, 9)), TAKE, also)
        keep_house(worse.session, worse.roster)
        assert retired(worse) == {}
        better = house(tmp_path / "b", sandbox, World(take=(True, 9), pull=(True, 1)), TAKE, also)
        keep_house(better.session, better.roster)
        assert retired(better) == {"take": "duplicate"}

    def test_what_guards_chains_or_a_person_count_on_stays(self, tmp_path: Path, sandbox: Sandbox) -> None:
        world = World(walk_up=(True, 1), walk_left=(False, 9))
        guard = GuardCode(source="def guard(facts, remaining): return ''", ranking=("walk_left",))
        own = house(tmp_path, sandbox, world, UP, LEFT, guard=guard)
        keep_house(own.session, own.roster)
        assert retired(own) == {"walk_up": "duplicate"}  # whichever is better
        own.roster.guard = GuardCode(ranking=("walk_left", "walk_up"))
        both = house(tmp_path / "both", sandbox, world, UP, LEFT, guard=own.roster.guard)
        keep_house(both.session, both.roster)
        assert retired(both) == {}


class TestFailing:
    @pytest.mark.parametrize(
        ("successes", "failures", "alone", "gone"),
        [
            (0, FEWEST_EXECUTIONS, False, True),
            (0, FEWEST_EXECUTIONS - 1, False, False),  # too few to tell
            (3, 37, False, True),  # at least 2.6 %
            (20, 60, False, False),  # at least 16.9 %
            (3, 37, True, False),  # nothing else brings it
            (0, 40, True, True),  # neither does this
        ],
    )
    def test_by_the_lower_bound(
        self, successes: int, failures: int, alone: bool, gone: bool, tmp_path: Path, sandbox: Sandbox
    ) -> None:
        own = house(tmp_path, sandbox, World(), *([GRAB] if alone else [GRAB, TAKE]))
        stats = SkillStats(successes=successes, failures=failures, steps=100)
        own.session.graph.set_stats("grab", stats)
        keep_house(own.session, own.roster)
        assert retired(own) == ({"grab": "failing"} if gone else {})

    def test_a_chain_goes_with_its_part(self, tmp_path: Path, sandbox: Sandbox) -> None:
        own = house(tmp_path, sandbox, World(), GRAB, TAKE, BENCH)
        for name, parts in (("chain", ("take", "grab")), ("outer", ("chain", "bench"))):
            skill = BENCH.skill.model_copy(
                update={
                    "name": name, "kind": SkillKind.CHAIN,
                    "policy": PolicyRecord(kind="chain", parts=parts),
                }
            )  # fmt: skip
            own.session.library.add(skill)
            own.roster.skills[name] = skill
            own.session.graph.add_skill(name, skill.kind, skill.effects, available=True)
        own.session.graph.set_stats("grab", SkillStats(failures=40, steps=400))
        keep_house(own.session, own.roster)
        assert retired(own) == {"grab": "failing", "chain": "part", "outer": "part"}
        assert (own.session.library.retirement("outer") or {})["reason"] == "its part grab is retired"
        assert sorted(own.roster.skills) == ["bench", "take"]
        assert own.session.library.verify() == []


class TestContribution:
    def goals(self, own: Small, name: str) -> str:
        return place_of(own.session, name).standing

    def test_by_planning(self, tmp_path: Path, sandbox: Sandbox) -> None:
        own = house(tmp_path, sandbox, World(), TAKE, GRAB, BENCH, PICK)
        assert self.goals(own, "bench") == "needed"  # for the pick, and there is no other
        assert self.goals(own, "grab") == "unused"  # a pick is never at hand, and wood costs less without
        own.fill(6, pick=1)
        own.session.graph.set_stats("grab", SkillStats(successes=40, steps=40))
        assert self.goals(own, "grab") == "replaceable"
        assert self.goals(own, "take") == "needed"
        own.session.bank._entries.clear()
        assert self.goals(own, "grab") == "unknown"

    @pytest.mark.parametrize(
        ("only_with", "steps_saved", "none"),
        [(0, 0.0, True), (0, -3.0, True), (0, 0.5, False), (1, -3.0, False)],
    )
    def test_little_help_has_to_be_shown(self, only_with: int, steps_saved: float, none: bool) -> None:
        found = Contribution(pairs=PAIRS, only_with=only_with, only_without=2, steps_saved=steps_saved)
        assert found.none is none
        assert not Contribution(pairs=4, only_with=0, only_without=0, steps_saved=0).none
        assert LARGEST_HELP == 0.2  # 0 of 20: at most 16.1 %; 1 of 20: at most 23.6 %

    def test_plays_with_and_without_are_paired(self, tmp_path: Path, sandbox: Sandbox) -> None:
        world = World()
        world.reach = lambda job, able: ("grab" in able, 30 if "grab" in able else 50)
        own = house(tmp_path, sandbox, world, TAKE, GRAB)
        own.fill(6, pick=1)
        own.session.graph.set_stats("grab", SkillStats(successes=40, steps=40))
        uses = place_of(own.session, "grab").uses
        found = measured(own.session, own.roster, "grab", uses)
        assert (found.pairs, found.only_with, found.only_without) == (PAIRS, PAIRS, 0)
        assert found.steps_saved > 0
        pool = own.session.pool
        assert isinstance(pool, StandInPool)
        assert pool.jobs[:PAIRS] == pool.jobs[PAIRS:]  # the same states, goals and seeds

    @pytest.mark.parametrize(("helps", "expected"), [(False, {"grab": "no_help"}), (True, {})])
    def test_what_does_not_help_is_retired(
        self, helps: bool, expected: dict[str, str], tmp_path: Path, sandbox: Sandbox
    ) -> None:
        world = World()
        world.reach = lambda job, able: (True, 30 if helps and "grab" in able else 40)
        own = house(tmp_path, sandbox, world, TAKE, GRAB)
        own.fill(6, pick=1)
        own.session.graph.set_stats("grab", SkillStats(successes=40, steps=40))
        own.session.state.housekeeping.seen = ["take", "grab"]
        own.session.state.steps = 10**6
        keep_house(own.session, own.roster)
        assert retired(own) == expected

    def test_new_skills_get_a_chance_first(self, tmp_path: Path, sandbox: Sandbox) -> None:
        own = house(tmp_path, sandbox, World(), TAKE, GRAB)
        keep_house(own.session, own.roster)
        assert retired(own) == {}
        assert own.session.state.housekeeping.seen == ["grab", "take"]
        keep_house(own.session, own.roster)
        assert retired(own) == {"grab": "unused"}

    def test_paired_plays_take_a_small_share_of_the_steps(self, tmp_path: Path, sandbox: Sandbox) -> None:
        own = house(tmp_path, sandbox, World(walk_up=(True, 9), walk_left=(True, 4)), UP, LEFT)
        own.session.state.housekeeping.steps = 501  # of 10,000 in all
        keep_house(own.session, own.roster)
        assert retired(own) == {}


class TestRecordedPlay:
    def test_a_skill_with_which_goals_are_reached_more_often_is_kept(
        self, tmp_path: Path, sandbox: Sandbox
    ) -> None:
        own = house(tmp_path, sandbox, World(), TAKE, GRAB)
        own.session.state.housekeeping.seen = ["grab", "take"]
        for _ in range(FEWEST_PLAYS):
            own.session.state.housekeeping.note({"wood": 3}, ["grab", "take"], True)
            own.session.state.housekeeping.note({"wood": 3}, ["take"], False)
        keep_house(own.session, own.roster)
        assert retired(own) == {}

    def test_it_takes_enough_plays_of_one_goal(self) -> None:
        house = Housekeeping()
        for number in range(FEWEST_PLAYS):
            assert not house.helps("grab")
            house.note({"wood": 1}, ["grab"], True)
            house.note({"wood": number + 2}, [], False)  # other goals tell nothing of this one
        assert not house.helps("grab")

    def test_only_the_latest_goals_are_remembered(self) -> None:
        house = Housekeeping()
        for number in range(3 * MOST_GOALS):
            house.note({"wood": number}, [f"skill_{number}"], True)
            house.note({"wood": 0}, ["take"], True)
        assert len(house.goals) == MOST_GOALS
        assert house.goals["wood=0"].all.plays == 3 * MOST_GOALS + 1
        house.forget("take")
        assert "take" not in house.goals["wood=0"].using


def test_it_is_only_gone_through_when_enough_is_new(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retirement, "NEW_SKILLS", NEW_SKILLS)
    own = house(tmp_path, sandbox, World(), UP, LEFT)
    keep_house(own.session, own.roster)
    assert own.events("kept_house", "retired") == []


def test_it_can_be_switched_off(tmp_path: Path, sandbox: Sandbox) -> None:
    own = house(tmp_path, sandbox, World(walk_up=(True, 9), walk_left=(True, 4)), UP, LEFT)
    own = replace(own, session=replace(own.session, config=replace(own.session.config, retirement=False)))
    keep_house(own.session, own.roster)
    assert own.events("kept_house", "retired") == []


def test_what_a_person_restores_stays(tmp_path: Path, sandbox: Sandbox) -> None:
    own = house(tmp_path, sandbox, World(walk_up=(True, 9), walk_left=(True, 4)), UP, LEFT)
    keep_house(own.session, own.roster)
    assert own.session.library.restore("walk_up")
    own.roster.skills["walk_up"] = own.session.library.load("walk_up")  # as a resumed session finds it
    enter_claim(own.session, UP.claim, own.roster)
    assert own.session.state.skills["walk_up"].restored
    own.session.state.housekeeping.seen = []
    keep_house(own.session, own.roster)
    assert set(own.roster.skills) == {"walk_up"}  # now the other one goes: this is kept whatever it does


# Whole sessions.


@pytest.fixture
def generous(monkeypatch: pytest.MonkeyPatch, borrowed_worker: None) -> None:
    """Walks take few steps, and comparing them as many again."""
    monkeypatch.setattr(retirement, "LARGEST_SHARE", 1.0)


def walking(folder: Path) -> PracticeConfig:
    return recorded_config(folder, None, retirement=True)


@pytest.mark.usefixtures("generous")
def test_a_session_retires_and_does_not_learn_again_what_it_retired(tmp_path: Path) -> None:
    config = walking(tmp_path)
    report = run_practice(config)
    library = SkillLibrary(config.library, "toy")
    assert len(library.names()) == 1 and len(library.names(retired=True)) == 3
    assert sorted(entry["name"] for entry in report.retired) == sorted(
        set(library.names(retired=True)) - set(library.names())
    )
    assert len(report.admitted) == 1 and library.verify() == []
    (run,) = list_runs(config.runs_dir)
    state = SessionState.load(run.path)
    assert state.library is not None and list(state.library.changes_in(library)) == []
    again = run_practice(replace(config, runs_dir=tmp_path / "others"))
    assert len(again.retired) == 2 and library.versions(report.retired[0]["name"]) == [1]


@pytest.mark.usefixtures("generous")
@pytest.mark.parametrize("step", ["create", "write", "flush", "rename"])
@pytest.mark.one_in(2)
def test_a_kill_or_a_full_disk_while_retiring_loses_nothing(step: str, tmp_path: Path) -> None:
    config = walking(tmp_path)
    with killed(f"retired:{step}", "before"), pytest.raises(Killed):
        run_practice(config)
    library = SkillLibrary(config.library, "toy")
    assert library.verify() == []
    (run,) = list_runs(config.runs_dir)
    with failing(f"retired:{step}", os_error(FULL)), pytest.raises(LibraryNotWritable, match="No space left"):
        run_practice(replace(config, resume=run.name))
    assert library.verify() == []
    run_practice(replace(config, resume=run.name))
    gone = [event["skill"] for event in kinds(list_runs(config.runs_dir)[0], "retired")]
    assert len(set(gone)) == 2 and len(library.names()) == 1
    assert not set(gone) & set(library.names())
    shutil.rmtree(config.library)


def test_pairs_never_use_evaluation_seeds(tmp_path: Path, sandbox: Sandbox) -> None:
    own = house(tmp_path, sandbox, World(walk_up=(True, 9), walk_left=(True, 4)), UP, LEFT)
    keep_house(own.session, own.roster)
    pool = own.session.pool
    assert isinstance(pool, StandInPool)
    expected = {training_seed(own.session.config.seed, "job", number) for number in range(1, 100)}
    assert {job.seed for job in pool.jobs} <= expected
