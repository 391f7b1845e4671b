"""One practice session as a value: what every step of the loop works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from agent.config import PracticeConfig, to_record
from agent.design.task_pool import TaskPool, open_pool
from agent.judges.opening import open_judge
from agent.judges.path import JudgingPath
from agent.llm.asking import LanguageModel
from agent.llm.meter import Caps
from agent.llm.open_model import ModelOptions, is_live, model_settings, open_model
from agent.person import Conversation, Nobody, Person
from agent.play.job_pool import JobPool
from agent.play.libraries import load_library_graph
from agent.practice.any_slot import AnySlot
from agent.practice.baton import Baton
from agent.practice.curriculum import POLISH_ROUNDS
from agent.practice.library_marks import LibraryMarks
from agent.practice.live import FOLDER as LIVE_FOLDER
from agent.practice.live import LiveFiles
from agent.practice.outages import Outages, open_outages
from agent.practice.preferences import SessionPreferences
from agent.practice.progress import PracticeProgress
from agent.practice.resuming import find_resumed, telling_how_to_go_on
from agent.practice.session_state import STATE_FILE, Budget, SessionState
from agent.practice.slots import Apart, Here, Slot, open_slots
from agent.practice.steering import Steering, open_steering
from agent.practice.use_statistics import UseStatistics
from agent.records.runs import Run
from envs.disk import Written
from envs.errors import NoCluster
from envs.game import GameSpec
from envs.game_options import try_options
from envs.interrupts import undisturbed
from envs.registry import game_spec
from envs.seeding import child_seed
from envs.text import counted, plain
from planners.graph.graph import SkillGraph
from skills.code.sandbox import Sandbox
from skills.files import sha256
from skills.skill import Skill
from skills.start_bank import StartBank
from skills.store.change import Change
from skills.store.store import SkillLibrary

BANK_FILE = "bank.npz"
"""In the run's folder: saved states to practise in."""
BANK_STATES = 1000
"""States kept per label; training needs many for a skill to succeed in held-out ones."""
BY_PRACTICE = "practice"
"""Who retired a skill, in the library's record, when a session did."""
LONGEST_REASON = 2_000
"""Characters of why a skill is given up."""
STEPS_PER_SECOND = 5_000
"""Game steps per second of a whole session on two cores, trials included; for the first estimate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a session consists of.

    Attributes:
        config: the settings.
        spec: the game.
        run: the record of the session.
        model: answers the questions.
        sandbox: where model-written code runs.
        pool: the processes that play.
        library: where admitted skills are kept.
        graph: claims, evidence and beliefs.
        bank: saved states to practise in.
        state: counters and the progress of every skill; on disk after every turn.
        budget: steps and minutes left.
        progress: shows what happens.
        preferences: rewards learned from preferences, where the settings ask for them.
        rng: draws the states that are practised in.
        person: who is asked with ``--proposer ask`` or ``--judge ask``.
        task_pool: tasks written down beforehand, where more are drawn from there.
        use: executions that the library's statistics do not count yet.
        outages: whether the model answers.
        later: who is asked about attempts that the embedded judge leaves unclear; nobody where nobody looks.
        steering: what was commanded from outside.
        live: what is shown to those who look on.
        slot: where a turn trains; this process, but for turns that are carried out elsewhere.
        slots: those of the session that are left; none where turns are carried out here.
        baton: held by whoever works on the session.
    """

    config: PracticeConfig
    spec: GameSpec
    run: Run
    model: LanguageModel
    sandbox: Sandbox
    pool: JobPool
    library: SkillLibrary
    graph: SkillGraph
    bank: StartBank
    state: SessionState
    budget: Budget
    progress: PracticeProgress
    preferences: SessionPreferences
    rng: np.random.Generator
    person: Person = field(default_factory=lambda: Person(Nobody()))
    task_pool: TaskPool | None = None
    use: UseStatistics = field(default_factory=UseStatistics)
    outages: Outages = field(default_factory=Outages)
    later: JudgingPath = field(default_factory=JudgingPath)
    steering: Steering = field(default_factory=Steering)
    live: LiveFiles = field(default_factory=LiveFiles)
    slot: Slot = field(default_factory=Here)
    slots: list[Apart] = field(default_factory=list)
    baton: Baton = field(default_factory=Baton)

    @property
    def rule(self) -> str:
        """By which the next skill is chosen: the one asked for, else the game's."""
        asked = self.config.curriculum
        return self.spec.curriculum if asked == "auto" else asked

    @property
    def fact_names(self) -> list[str]:
        """The game's facts, in the order of its fact vectors."""
        return [fact.name for fact in self.spec.facts]

    @property
    def answer_source(self) -> str:
        """Where answers come from: ``live`` or ``recorded``."""
        return "live" if is_live(self.config.llm) else "recorded"

    def announce(self) -> None:
        """Report that the session begins."""
        self.progress.started(
            game=self.spec.title,
            budget_steps=self.config.budget_steps,
            minutes=self.config.minutes,
            estimate_minutes=min(self.config.minutes, self.budget.steps_left / STEPS_PER_SECOND / 60),
            resumed_steps=self.state.steps,
        )

    def next_job(self) -> int:
        """A number never given before, over resumed sessions too."""
        self.state.jobs += 1
        return self.state.jobs

    def wait(self, skill: Skill) -> None:
        """Let other skills come first for a while: there are no states to practise this one from yet."""
        skills = self.state.skills
        skills[skill.name].waiting_since = sum(p.status == "admitted" for p in skills.values())
        skills[skill.name].waiting_round = sum(p.rounds for p in skills.values())
        self.run.event("waiting", skill=skill.name)
        self.progress.note(f"{skill.name}: set aside while others get better")
        self.save()

    def working(self, what: str) -> None:
        """Say what is done from now on."""
        self.progress.working(what, steps=self.state.steps)

    def give_up(self, name: str, reason: str) -> None:
        """Stop practising a skill; a version in the library stays in use."""
        reason = plain(reason, LONGEST_REASON)
        progress = self.state.skills[name]
        if progress.status == "admitted":
            progress.rounds = max(progress.rounds, POLISH_ROUNDS)
            self.run.event("not_polished", skill=name, reason=reason)
            return
        progress.status, progress.reason = "abandoned", reason
        self.run.event("abandoned", skill=name, reason=reason)
        self.progress.note(f"{name} given up: {reason}")

    def save(self) -> None:
        """Write everything that a resumed session needs. Raises as `saving`."""
        with self.saving():
            pass

    @contextmanager
    def saving(self) -> Iterator[Change]:
        """Make a change to the library, and with it save the session as it is at the end of the block.

        What a turn led to is kept whole or lost whole: evidence, statistics, budget and progress never
        disagree, and nothing is counted twice after a kill. Ctrl-C waits until it is done.

        Raises:
            LibraryNotWritable: the library takes no writes.
            OSError: the run's folder takes none.
        """
        with undisturbed():
            with self.library.change() as change:
                yield change
                self._write_all(change)
            self.use.clear()

    def _write_all(self, change: Change) -> None:
        self.use.write(self.library, change)
        self.budget.spend(0)
        graph = self.graph.to_bytes()
        versions = {**self.library.newest(), **change.versions}
        versions = {name: version for name, version in versions.items() if name not in change.retired}
        self.state.library = LibraryMarks(graph=sha256(graph), skills=versions)
        self.state.lines = self.run.lines
        change.write(self.library.graph_path, graph, Written.GRAPH)
        change.write(self.run.path / BANK_FILE, self.bank.to_bytes(), Written.BANK)
        change.write(self.run.path / STATE_FILE, self.state.to_bytes(), Written.STATE)


@contextmanager
def open_session(
    config: PracticeConfig, progress: PracticeProgress, conversation: Conversation | None = None
) -> Iterator[Session]:
    """A session, new or resumed; its library is locked while the block lasts.

    Args:
        config: the settings.
        progress: shows what happens.
        conversation: how a person is spoken to, where the settings ask for one.

    Raises:
        GameError, SkillError, LLMError, AgentError: with a message for people; nothing has changed.
    """
    spec = game_spec(config.game)
    config = replace(config, game_options=try_options(spec, config.game_options))
    task_pool = open_pool(config, spec)
    with ExitStack() as stack:
        library = SkillLibrary(config.library, config.game)
        resumed = find_resumed(config) if config.resume else None
        if resumed:
            resumed.require_library(library)
        stack.enter_context(library.lock())
        run = stack.enter_context(resumed.open() if resumed else _new_run(config))
        stack.enter_context(telling_how_to_go_on(run))
        caps = Caps(max_calls=config.max_calls, max_tokens=config.max_tokens, max_usd=config.max_usd)
        options = ModelOptions(log=run.answers_path, caps=caps, settings=model_settings(config))
        try:
            model = stack.enter_context(open_model(config.llm, config.game, options))
            person = Person(conversation or Nobody(), model.log)
            later = _open_later(config, spec, model, person, run)
        except Exception:
            if resumed is None:  # nothing has happened that a run could tell of
                run.discard()
            raise
        sandbox = stack.enter_context(Sandbox())
        slots, baton = _open_slots(config, stack)
        any_slot = AnySlot(slots, partial(_tell_lost, run, progress)) if slots else None
        pool = any_slot.jobs if any_slot else JobPool(config.workers)
        stack.callback(pool.close)
        state = SessionState.load(run.path)
        budget = Budget(state, config.budget_steps, config.minutes)
        steering = open_steering(run, state, budget, progress.note, resumed is not None)
        live = _open_live(config, spec, run, state, budget, model, steering)
        steering.on_pause = partial(_pause, live, progress)
        outages = model.patience = open_outages(run, progress, budget, model.meter, steering)
        session = Session(
            config=config,
            spec=spec,
            run=run,
            model=model,
            sandbox=sandbox,
            pool=pool,
            library=library,
            graph=_open_graph(library, spec, config.most_producers),
            bank=_open_bank(run, spec, config.seed),
            state=state,
            budget=budget,
            outages=outages,
            steering=steering,
            live=live,
            progress=progress,
            preferences=SessionPreferences(config, run, model, spec),
            rng=np.random.default_rng(child_seed(config.seed, "trials")),
            person=person,
            later=later,
            task_pool=task_pool,
            slots=slots,
            slot=any_slot or Here(),
            baton=baton,
        )
        if slots:
            where = f" on the cluster {config.cluster}" if config.cluster else ""
            progress.note(f"{counted(len(slots), 'slot')}{where}, {counted(config.workers, 'worker')} each")
            run.event("slots", slots=len(slots), workers=config.workers, cluster=config.cluster)
        if resumed and resumed.changed:
            progress.note(f"changed since this run was begun: {resumed.sentence}")
        if state.library and (changes := list(state.library.changes_in(library))):
            run.event("library_changed", changes=changes)
            progress.note(f"the library is not as this run left it: {'; '.join(changes)}")
        yield session


def _open_slots(config: PracticeConfig, stack: ExitStack) -> tuple[list[Apart], Baton]:
    """Slots where there is to be a cluster or more than one; none otherwise. This thread holds the baton."""
    if not config.cluster and config.slots < 2:
        baton: Baton = Baton()
        baton.take()
        return [], baton
    slots, baton = open_slots(config.slots, config.workers, config.cluster)
    for slot in slots:
        stack.callback(slot.end)
    baton.take()
    return slots, baton


def _tell_lost(run: Run, progress: PracticeProgress, slot: Apart, error: NoCluster) -> None:
    run.event("slot_lost", reason=str(error), **slot.about)
    progress.note(f"slot {slot.number} is lost, and another goes on with what it did: {error}")


def _open_live(
    config: PracticeConfig,
    spec: GameSpec,
    run: Run,
    state: SessionState,
    budget: Budget,
    model: LanguageModel,
    steering: Steering,
) -> LiveFiles:
    if not config.live:
        return LiveFiles()
    caps = model.meter.caps
    limits = {
        "steps": config.budget_steps, "minutes": config.minutes, "calls": caps.max_calls,
        "tokens": caps.max_tokens, "usd": caps.max_usd, "live_model": is_live(config.llm),
    }  # fmt: skip
    return LiveFiles(
        folder=run.path / LIVE_FOLDER, spec=spec, limits=limits, state=state, budget=budget,
        meter=model.meter, steering=steering,
    )  # fmt: skip


def _pause(live: LiveFiles, progress: PracticeProgress, paused: bool) -> None:
    live.paused(paused)
    progress.paused(paused)


def _open_later(
    config: PracticeConfig, spec: GameSpec, model: LanguageModel, person: Person, run: Run
) -> JudgingPath:
    """Who takes a second look. Raises `NoJudge` where the settings name somebody who is not there."""
    if config.judge not in ("auto", "chat", "ask"):
        return JudgingPath()
    return open_judge(
        config.judge, spec, model=model if is_live(config.llm) else None, max_calls=config.max_judge_calls,
        person=person, folder=run.media, embedded=False,
    )  # fmt: skip


def _new_run(config: PracticeConfig) -> Run:
    return Run.create(
        config.runs_dir, command="practice", game=config.game, seed=config.seed, config=to_record(config)
    )


def _open_graph(library: SkillLibrary, spec: GameSpec, most_producers: int) -> SkillGraph:
    graph = SkillGraph(spec.name, spec.fact_kinds, {fact.name: fact.high for fact in spec.facts})
    if library.graph_path.exists():
        graph = load_library_graph(library)
    graph.most_producers = most_producers
    return graph


def _open_bank(run: Run, spec: GameSpec, seed: int) -> StartBank:
    path = run.path / BANK_FILE
    if path.exists():
        return StartBank.load(path)
    return StartBank([fact.name for fact in spec.facts], capacity=BANK_STATES, seed=seed)
