"""A session in a temporary folder, with a stand-in for whatever would play or be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agent.config import PracticeConfig
from agent.design.arenas import ArenaPlan
from agent.llm.asking import LanguageModel
from agent.play.job_pool import JobPool
from agent.play.kit import GuardCode, Kit
from agent.practice.arenas import ArenaStates, Beginnings
from agent.practice.play import FRESH_LABEL
from agent.practice.preferences import SessionPreferences
from agent.practice.progress import NullProgress
from agent.practice.roster import Roster
from agent.practice.session import Session
from agent.practice.session_state import Budget, SessionState, SkillProgress
from agent.practice.start_states import StartStates, StateSearch
from agent.practice.trials import TrialOutcome, attempt
from agent.records.runs import Run
from agent.testing.abilities import Ability, kit_of
from agent.testing.toy import NAMES, SPEC
from envs.game import GameSpec
from envs.rollout.episode import Start
from envs.seeding import training_seed
from planners.graph.graph import SkillGraph
from skills.code.sandbox import Sandbox
from skills.skill import Skill
from skills.start_bank import StartBank
from skills.store.store import SkillLibrary


class CountedBudget(Budget):
    """Is spent after so many pieces of play; remembers the steps of each."""

    def __init__(self, state: SessionState, pieces: int) -> None:
        super().__init__(state, 10**9, 60)
        self.pieces = pieces
        self.spent: list[int] = []

    @property
    def reason(self) -> str:
        return "" if len(self.spent) < self.pieces else "enough for a test"

    def spend(self, steps: int) -> None:
        super().spend(steps)
        self.spent.append(steps)


OPENED: list[Run] = []
"""Runs of small sessions; they are closed when the test has ended (conftest.py)."""


@dataclass
class Small:
    """A session with what the steps of the loop are given besides it."""

    session: Session
    roster: Roster
    beginnings: Beginnings
    budget: CountedBudget

    @property
    def bank(self) -> StartBank:
        return self.session.bank

    def find(self, skill: Skill, n_train: int, n_held_out: int) -> StartStates:
        return StateSearch(self.session, self.roster, self.beginnings, skill).find(n_train, n_held_out)

    def attempt(self, kit: Kit, skill: str, starts: Sequence[Start], n: int) -> TrialOutcome:
        return attempt(self.session, self.roster, kit, skill, starts, n)

    def fill(self, count: int, label: str = FRESH_LABEL, **facts: int) -> None:
        """Put that many states in the bank, each of its own episode."""
        row = np.array([facts.get(name, 0) for name in NAMES], np.int32)
        for i in range(count):
            self.bank.add(Start(f"{label}-{i}".encode(), training_seed(9, label, i)), row, label)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        return [event for event in self.session.run.events() if event["kind"] in kinds]


def small_session(
    folder: Path,
    pool: JobPool,
    sandbox: Sandbox,
    *abilities: Ability,
    spec: GameSpec = SPEC,
    guard: GuardCode | None = None,
    plan: ArenaPlan | None = None,
    carried: Mapping[str, int] | None = None,
    pieces: int = 10_000,
    networks: Mapping[str, Any] | None = None,
    also_known: Sequence[Ability] = (),
    **settings: Any,
) -> Small:
    """A session in which these abilities are admitted, and others only known to the graph."""
    config = PracticeConfig(game=spec.name, library=folder / "library", runs_dir=folder / "runs", **settings)
    run = Run.create(config.runs_dir, command="practice", game=spec.name, seed=config.seed, config={})
    OPENED.append(run)
    model, library = LanguageModel(), SkillLibrary(config.library, spec.name)
    library.folder.mkdir(parents=True, exist_ok=True)
    everything = (*abilities, *also_known)
    state = SessionState(skills={ability.name: SkillProgress() for ability in everything})
    budget = CountedBudget(state, pieces)
    graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    if spec is SPEC:
        graph = kit_of(*everything).open_graph()
        for ability in also_known:
            graph.set_available(ability.name, False)
    session = Session(
        config=config, spec=spec, run=run, model=model, sandbox=sandbox, pool=pool, library=library,
        graph=graph, bank=StartBank([fact.name for fact in spec.facts], seed=config.seed), state=state,
        budget=budget, progress=NullProgress(), rng=np.random.default_rng(config.seed),
        preferences=SessionPreferences(config, run, model, spec),
    )  # fmt: skip
    roster = Roster(session, {ability.name: ability.skill for ability in abilities}, networks or {})
    roster.guard = guard or GuardCode()
    first = np.zeros(len(spec.facts), np.int32)
    arenas = ArenaStates(spec, plan or {}, config.seed)
    return Small(session, roster, Beginnings(first, dict(carried or {}), arenas), budget)


ALWAYS_URGENT = GuardCode(source="def guard(facts, remaining): return 'walk_up'", ranking=("walk_up",))
"""Asks for a walk in every state."""
