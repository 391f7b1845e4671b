"""Chains in a session: built from a situation, rehearsed, tried, compared, admitted or noted."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.play.job_pool import JobPool
from agent.play.jobs import Job, JobResult, SavedState, handoff_label
from agent.practice.chains.chaining import MOST_IDLE, Chaining
from agent.practice.chains.comparison import Comparison, goal_after, paired
from agent.practice.chains.executable import Executable
from agent.practice.chains.rehearsal import rehearsed
from agent.practice.chains.trial import consider
from agent.practice.curriculum import ranked
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.practice.start_states import is_held_out
from agent.testing.abilities import Ability
from agent.testing.pools import StandInPool
from agent.testing.toy import NAMES, SPEC
from envs.rollout.episode import Start
from envs.seeding import EVALUATION_BASE
from planners.plan import Execution, Verdict
from skills.code.sandbox import Sandbox
from skills.skill import Effects
from skills.store.store import SkillLibrary
from tests.agent.practice.small_session import Small, small_session
from tests.agent.toy_session import kinds, run_of

CHOP = Ability(name="chop", obtains={"wood": 1}, action="take")
DIG = Ability(name="dig", obtains={"stone": 1}, action="take")
BENCH = Ability(
    name="bench", obtains={"did.place_bench": 1}, consumes={"wood": 2}, action="place_bench", until=False
)
ALL = (CHOP, DIG, BENCH)
BRINGS: Mapping[str, Mapping[str, int]] = {
    "chop": {"wood": 1}, "dig": {"stone": 1}, "bench": {"did.place_bench": 1, "wood": -2},
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


class World:
    """What jobs lead to: skills bring what they should unless told otherwise.

    Args:
        fails: skills that fail.
        chain_steps: game steps of a chain. plan_steps: of a plan.
        plan_works: whether plans reach their goal.
        brings: what a chain brings, for those whose name holds ``_then_``.
    """

    def __init__(
        self,
        *fails: str,
        chain_steps: int = 5,
        plan_steps: int = 9,
        plan_works: bool = True,
        brings: Mapping[str, int] | None = None,
    ) -> None:
        self.fails, self.chain_steps, self.plan_steps = fails, chain_steps, plan_steps
        self.plan_works = plan_works
        self.brings = brings or {"wood": 1, "stone": 1}
        self.facts: dict[bytes, dict[str, int]] = {}

    def __call__(self, job: Job) -> JobResult:
        before = dict.fromkeys(NAMES, 0)
        if job.start is not None:
            before |= self.facts.get(job.start.snapshot, {})
        origin = job.seed if job.start is None else job.start.origin
        if not job.skill:
            reached = self.plan_works
            ends = self.save(job, before | job.goal, origin)
            states = (SavedState(start=ends, facts=before | job.goal, label="reach"),)
            return JobResult(job=job, steps=self.plan_steps, goal_reached=reached, states=states * reached)
        chain = "_then_" in job.skill
        after = dict(before)
        success = job.skill not in self.fails and not (chain and "chain" in self.fails)
        for fact, count in (self.brings if chain else BRINGS.get(job.skill, {})).items():
            after[fact] += count * success
        verdict = Verdict(outcome="done" if success else "not_done", reason="", judge="test")
        steps = self.chain_steps if chain else 3
        attempt = Execution(skill=job.skill, verdict=verdict, env_steps=steps, before=before, after=after)
        states = (SavedState(start=self.save(job, after, origin), facts=after, label=job.skill),) * success
        return JobResult(
            job=job, steps=steps, goal_reached=True, results=(attempt,), attempt=attempt, states=states
        )

    def save(self, job: Job, facts: dict[str, int], origin: int) -> Start:
        snapshot = f"after {job.seed}".encode()
        self.facts[snapshot] = facts
        return Start(snapshot, origin)


def opened(folder: Path, sandbox: Sandbox, world: World, *abilities: Ability, **settings: Any) -> Small:
    settings = {"chaining": "bootstrap", **settings}
    own = small_session(folder, StandInPool(world), sandbox, *(abilities or ALL), **settings)
    own.session.library.add(CHOP.skill)
    own.fill(150)
    return own


def try_out(own: Small, *names: str) -> None:
    consider(own.session, own.roster, own.beginnings, [own.roster.skills[name] for name in names])


def reason(own: Small) -> str:
    (noted,) = own.events("chain_noted")
    return str(noted["reason"])


def test_a_chain_that_beats_planning_is_admitted(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World())
    try_out(own, "chop", "dig")
    library = SkillLibrary(own.session.config.library, "toy")
    skill = library.load("chop_then_dig")
    assert skill.policy.parts == ("chop", "dig") and skill.lineage.parts == ("chop v1", "dig v1")
    assert skill.effects == Effects(obtains={"wood": 1, "stone": 1})
    assert (
        skill.stats.attempts == skill.stats.successes == 72
    )  # a third of them to see whether it is promising
    assert own.session.graph.available("chop_then_dig")
    assert own.session.graph.evidence("chop_then_dig").successes == 72
    assert own.session.state.skills["chop_then_dig"].status == "admitted"
    compared = own.events("chain_compared")
    assert [(e["wins"], e["losses"], e["pairs"]) for e in compared] == [(24, 0, 24), (48, 0, 48)]
    assert (compared[0]["chain_steps"], compared[0]["plan_steps"]) == (24 * 5, 24 * 9)
    assert own.events("admitted")[0]["skill"] == "chop_then_dig" in own.roster.skills


def test_planning_from_the_same_states_is_what_it_is_compared_with(sandbox: Sandbox, tmp_path: Path) -> None:
    world = World()
    own = opened(tmp_path, sandbox, world)
    try_out(own, "chop", "dig")
    jobs = own.session.pool.jobs  # type: ignore[attr-defined]
    chain = [
        job.start.snapshot for job in jobs if job.skill == "chop_then_dig" and is_held_out(job.start.origin)
    ]
    plans = [job for job in jobs if not job.skill and job.start is not None]
    assert [job.start.snapshot for job in plans if job.start] == chain
    for job in plans:
        facts = world.facts.get(job.start.snapshot, {})
        assert job.goal == {fact: facts.get(fact, 0) + 1 for fact in ("wood", "stone")}
    assert len({job.seed for job in jobs}) == len(jobs)
    rehearsals = [job for job in jobs if job.skill == "chop_then_dig" and not is_held_out(job.start.origin)]
    assert len(rehearsals) == 8


@pytest.mark.parametrize(
    ("world", "why"),
    [
        (World("chain"), "all parts were done in 0 of 8 rehearsals; expected 4"),
        (World(plan_steps=5), "planning its parts does as well: better than planning in 0 of 24 states"),
        (World(plan_steps=2), "worse in 24"),
        (World(brings={"gem": 1}), "nothing came true in most rehearsals"),
        (World(brings={"wood": 1}), "it brings nothing that chop does not bring"),
    ],
)
def test_otherwise_it_is_only_noted(world: World, why: str, sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, world)
    try_out(own, "chop", "dig")
    assert why in reason(own)
    assert set(own.roster.skills) == {"chop", "dig", "bench"} == set(own.session.state.skills)
    assert not own.events("admitted")
    graph = own.session.graph
    assert "chop_then_dig" not in graph or not graph.available("chop_then_dig")


def test_a_chain_that_fails_where_it_was_not_rehearsed_is_noted(sandbox: Sandbox, tmp_path: Path) -> None:
    world = World()

    def play(job: Job) -> JobResult:
        world.fails = ("chain",) if job.start and is_held_out(job.start.origin) else ()
        return world(job)

    own = opened(tmp_path, sandbox, play)  # type: ignore[arg-type]
    try_out(own, "chop", "dig")
    assert reason(own) == "it succeeded in 0 of 24"
    assert own.session.graph.evidence("chop_then_dig").failures == 24


def test_effects_are_those_of_play_and_not_the_sum(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World(brings={"did.place_bench": 1, "stone": 1, "wood": -1}))
    draft = rehearsed(
        own.session, own.roster, [own.roster.skills[n] for n in ("dig", "chop", "chop", "bench")]
    )
    assert not isinstance(draft, str)
    assert draft.effects.obtains == {"stone": 1, "did.place_bench": 1}
    assert draft.effects.consumes == {"wood": 1}  # the sum says that nothing is used up
    assert draft.step_cap == 20  # four times what rehearsals took


def test_a_chain_that_ends_in_what_no_fact_states_is_compared_with_its_last_part(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    world = World("gap")
    own = opened(tmp_path, sandbox, world)
    gap = own.roster.skills["dig"].model_copy(
        update={"name": "gap", "claim": "a gap between two trees", "effects": Effects()}
    )
    own.roster.skills["gap"] = gap
    own.session.graph.add_skill(
        "gap", gap.kind, Effects(), success_in_words=gap.claim, available=True, step_cap=9
    )
    try_out(own, "chop", "gap")
    skill = own.roster.skills["chop_then_gap"]
    assert skill.claim == "a gap between two trees" and skill.effects.obtains == {"wood": 1}
    rivals = [e for e in own.session.pool.jobs if e.skill == "gap"]  # type: ignore[attr-defined]
    assert len(rivals) == 72
    assert own.session.graph.success_in_words("chop_then_gap") == skill.claim


def told(*pairs: tuple[bool, int, bool, int]) -> Comparison:
    return paired(pairs)


def test_success_comes_before_steps() -> None:
    better = told(*[(True, 90, False, 1)] * 5)
    assert (better.wins, better.losses, better.better) == (5, 0, True)
    assert not told(*[(True, 90, False, 1)] * 4).better  # p 1/16
    faster = told(*[(True, 5, True, 6)] * 9, (False, 1, True, 99))
    assert (faster.wins, faster.losses) == (9, 1)
    assert not faster.better  # it succeeds less often
    assert not told(*[(True, 5, True, 5)] * 24).better
    assert not told(*[(False, 5, False, 9)] * 24).better
    assert not told().better


def test_what_is_promising_is_compared_again_elsewhere_and_that_decides(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    world = World()
    plans = []

    def play(job: Job) -> JobResult:
        if not job.skill and job.start is not None and is_held_out(job.start.origin):
            plans.append(job)
            world.plan_steps = 9 if len(plans) <= 24 else 2  # lucky at first
        return world(job)

    own = opened(tmp_path, sandbox, play)  # type: ignore[arg-type]
    try_out(own, "chop", "dig")
    assert [e["wins"] for e in own.events("chain_compared")] == [24, 0]
    assert "worse in 48" in reason(own) and not own.events("admitted")
    first = {job.start.snapshot for job in plans[:24] if job.start}
    assert not first & {job.start.snapshot for job in plans[24:] if job.start}


def test_goals_are_what_would_have_come_true() -> None:
    kinds = SPEC.fact_kinds
    goal = goal_after({"wood": 2, "near.bench": 1}, {"wood": 3, "near.bench": 0}, kinds, {"wood": 9})
    assert goal == {"wood": 5, "near.bench": 1}
    assert goal_after({"wood": 2}, {"wood": 8}, kinds, {"wood": 9}) == {"wood": 9}


# Building.


def built(own: Small) -> list[dict[str, Any]]:
    return own.events("chain_built")


def chain_of(own: Small) -> Chaining:
    return Chaining(own.session, own.roster, own.beginnings)


@pytest.mark.parametrize("arm", ["bootstrap", "random"])
def test_chains_are_of_skills_that_may_start_where_they_stand(
    arm: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    own = opened(tmp_path, sandbox, World(), chaining=arm, longest_chain=3)
    chaining = chain_of(own)
    for _ in range(60):
        chaining.build()
    events = built(own)
    lengths = [event["length"] for event in events]
    assert set(lengths) == {2, 3} and 15 < lengths.count(2) < 45
    for event in events:
        assert event["parts"] == [choice["skill"] for choice in event["choices"]]
        for place, part in enumerate(event["parts"]):
            if part == "bench":
                assert event["parts"][:place].count("chop") >= 2 or not event["fresh"]
    bases = {choice["basis"] for event in events for choice in event["choices"]}
    if arm == "random":
        assert bases == {"at random"}
    else:
        assert "success here and learning progress" in bases
        assert any(basis.startswith("no answer, so all") for basis in bases)


def test_no_chain_begins_in_an_episode_that_is_held_out(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World())
    chaining = chain_of(own)
    for _ in range(30):
        chaining.build()
    jobs = own.session.pool.jobs  # type: ignore[attr-defined]
    origins = [job.seed if job.start is None else job.start.origin for job in jobs]
    assert origins and not any(map(is_held_out, origins)) and max(origins) < EVALUATION_BASE


def test_a_chain_ends_where_a_skill_fails(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World("dig"), CHOP, DIG, longest_chain=8)
    for _ in range(10):
        chain_of(own).build()
    assert all(set(event["parts"]) <= {"chop"} for event in built(own))
    failed = [event for event in built(own) if event["ended"] == "dig did not succeed"]
    assert failed and all(event["choices"][-1]["skill"] == "dig" for event in failed)


def test_the_longest_chain_is_a_setting(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World(), longest_chain=2)
    for _ in range(10):
        chain_of(own).build()
    assert {event["length"] for event in built(own)} == {2}


def test_ends_of_a_part_are_where_the_next_is_practised(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World())
    for _ in range(20):
        chain_of(own).build()
    labels = own.bank.labels
    assert labels[handoff_label("chop")] and labels[handoff_label("dig")]
    starts = set(own.bank.matching({}, handoff_label("dig")))
    eligible = own.find(DIG.skill, 0, 0)
    assert starts & {*eligible.train, *eligible.held_out} == starts


def test_a_chain_whose_part_was_retired_meanwhile_is_not_chained(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World())
    try_out(own, "chop", "dig")
    executable = Executable(own.session, own.roster)
    nothing = dict.fromkeys(NAMES, 0)
    assert executable.names(nothing) == ["chop", "chop_then_dig", "dig"]  # the bench lacks wood
    del own.roster.skills["dig"]
    assert executable.names(nothing) == ["chop"]


@pytest.mark.long
def test_rounds_keep_to_their_share_and_end_when_nothing_moves(sandbox: Sandbox, tmp_path: Path) -> None:
    own = opened(tmp_path, sandbox, World(), chain_share=0.5)
    chaining = chain_of(own)
    assert not chaining.due and chaining.left
    own.session.budget.spend(10_000)
    while chaining.due:
        chaining.round()
    chains = own.session.state.chains
    assert chains.rounds > 1 and chains.steps >= 5_000 and chains.steps >= 0.5 * own.session.state.steps
    assert len(chains.tried) == len({*chains.tried})

    class Stuck(World):
        def __call__(self, job: Job) -> JobResult:
            return JobResult(job=job, aborted="it broke")

    own = opened(tmp_path / "stuck", sandbox, Stuck())
    chaining = chain_of(own)
    rounds = 0
    while chaining.left:
        chaining.round()
        rounds += 1
    assert rounds == MOST_IDLE
    assert own.events("admitted") == []


def test_a_part_that_fails_as_handed_over_to_is_practised_once_more(sandbox: Sandbox, tmp_path: Path) -> None:
    learned = Ability(name="dig", obtains={"stone": 1})
    own = opened(tmp_path, sandbox, World(), CHOP, learned)
    progress = own.session.state.skills["dig"]
    progress.status, progress.rates, progress.rounds = "admitted", [1.0], 9
    own.session.state.skills["chop"].status = "admitted"
    claims = [CHOP.claim, learned.claim]
    assert ranked(own.session.graph, claims, own.session.state.skills) == []
    progress.handoff_rounds = 1
    (chosen,) = ranked(own.session.graph, claims, own.session.state.skills)
    assert chosen.task.name == "dig"


# Whole sessions.


@pytest.mark.parametrize("arm", ["bootstrap", "random", "none"])
def test_a_session_with_nothing_left_to_learn_goes_on_with_chains(
    arm: str,
    own_copy: tuple[PracticeConfig, PracticeReport],
    worker: JobPool,
    borrowed_worker: None,
    configure: Callable[..., PracticeConfig],
) -> None:
    config, _ = own_copy
    config = replace(config, chaining=arm, chain_share=0.1, budget_steps=12_000)
    report = run_practice(config)
    run = run_of(config, report)
    assert report.stopped == "nothing within reach is left to learn"
    events = kinds(run, "chain_built")
    assert bool(events) == (arm != "none")
    walks = {"walk_up", "walk_left", "walk_down"}
    assert all(set(event["parts"]) <= walks for event in events)
    assert report.steps < 4_000
    assert SkillLibrary(config.library, "toy").verify() == []
    resumed = run_practice(replace(config, resume=report.run))
    assert "nothing was played" in resumed.stopped
