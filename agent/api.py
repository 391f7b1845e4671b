"""What ``import agent`` offers for scripts and notebooks; the command line calls the same functions.

Keywords are the fields of the configurations in `agent.config`, with their defaults. Everything heavy is
loaded inside the functions.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

if TYPE_CHECKING:
    from agent.config import PracticeConfig
    from agent.evaluation.evaluate import EvalReport
    from agent.person import Conversation
    from agent.practice.progress import PracticeProgress
    from agent.practice.report import PracticeReport
    from agent.solving.solve import SolveReport
    from envs.registry import GameEntry
    from planners.graph.graph import SkillGraph
    from planners.plan import Goal, Plan
    from skills.skill import Skill
    from skills.store.store import SkillLibrary


logger = logging.getLogger(__name__)


class AskingSettings(TypedDict, total=False):
    """How a live model is asked, see `agent.config.AskingConfig`."""

    max_output_tokens: int
    context_tokens: int | None
    reply_timeout_s: float
    max_reply_bytes: int
    max_judge_calls: int


class PracticeSettings(AskingSettings, total=False):
    """Keywords of `run_practice`, see `agent.config.PracticeConfig`."""

    game: str
    library: str | Path
    llm: str
    budget_steps: int
    minutes: float
    seed: int
    resume: str | None
    runs_dir: str | Path
    round_steps: int
    max_calls: int
    max_tokens: int
    max_usd: float | None
    workers: int
    reward: str
    game_options: Mapping[str, Any]
    training: str
    networks: str
    proposer: str
    propose_every: int
    propose_count: int
    curriculum: str
    update: str
    retirement: bool
    most_producers: int
    overlap: bool
    success: str
    judged_skills: tuple[str, ...]
    judge: str
    false_done: float
    missed: float
    spot_checks: float
    audits: float
    chaining: str
    chain_share: float
    distil_chains: bool
    live: bool
    longest_chain: int
    plausibility_weight: float


class SolveSettings(AskingSettings, total=False):
    """Keywords of `solve`, see `agent.config.SolveConfig`."""

    game: str
    episodes: int
    seed: int
    max_steps: int | None
    record: bool
    llm: str
    judge: str
    runs_dir: str | Path
    workers: int
    game_options: Mapping[str, Any]


class EvalSettings(AskingSettings, total=False):
    """Keywords of `evaluate`, see `agent.config.EvalConfig`."""

    episodes: int
    seed: int
    mode: str
    wordings: str
    judge: str
    llm: str
    baseline: str | None
    task: str | None
    seeds: str
    resume: str | None
    runs_dir: str | Path
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """A skill library, as it was when it was opened.

    Attributes:
        store: the library on disk: versions, weights, archives.
        skills: the newest version of every skill in use, by name.
        graph: what skills need and bring, as claimed by the model and as seen in play.
    """

    store: SkillLibrary
    skills: Mapping[str, Skill]
    graph: SkillGraph


def run_practice(
    *,
    preset: str | None = None,
    progress: PracticeProgress | None = None,
    **settings: Unpack[PracticeSettings],
) -> PracticeReport:
    """Learn skills: propose, design, train, judge, admit.

    Args:
        preset: a shipped preset such as ``quick``, or the path of a TOML file; `settings` come after it.
        progress: told what happens; nothing is shown without it.
        settings: fields of `PracticeConfig`. A resumed run keeps its own for all that is not given.

    Returns:
        What was admitted and what was given up; the run is kept in ``runs_dir``. Ctrl-C ends the session in
        order, and the report says so.

    Raises:
        BadConfig: an unknown setting or preset, or a value that makes no sense.
        UnknownGame, MissingDependency, BadGameOption: the game cannot be played.
        UnknownRun: there is no such run to resume.
        LibraryLocked: another process practises into the library.
        LLMError: the model cannot be asked, or answers what cannot be used.
    """
    from agent.practice.loop import run_practice as practise
    from envs.first_use import compile_once
    from skills.training.config import UPDATE_WARM_UP

    config = practice_config(settings, preset=preset)
    compile_once(config.game, logger.info, UPDATE_WARM_UP)
    with _workers_leave_the_script_alone():
        return practise(config, progress=progress)


def practice_config(settings: Mapping[str, Any], *, preset: str | None = None) -> PracticeConfig:
    """Defaults (or the resumed run's settings), then the preset, then `settings`.

    Options of the game are put beside those of the resumed run or the preset, one by one.

    Raises:
        BadConfig, UnknownRun: see `run_practice`.
    """
    from agent.config import PracticeConfig, from_record, replace
    from agent.config import preset as read_preset
    from agent.records.runs import find_run
    from agent.surroundings import expanded, real_path

    base = PracticeConfig()
    resume, runs_dir = settings.get("resume"), settings.get("runs_dir", base.runs_dir)
    if resume is not None:
        base = from_record(PracticeConfig, find_run(expanded(runs_dir), resume).config())
    if preset is not None:
        base = replace(base, read_preset("practice", preset))
    config = replace(base, settings)
    options = {**base.game_options, **config.game_options}
    rest = {
        "game_options": options,
        "library": real_path(config.library),
        "resume": resume,
        "runs_dir": runs_dir,
    }
    return replace(config, rest)


def solve(
    task: str,
    *,
    library: str | Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    understood: Callable[[Goal], None] = lambda goal: None,
    conversation: Conversation | None = None,
    **settings: Unpack[SolveSettings],
) -> SolveReport:
    """Plan a task and carry it out, in every episode asked for.

    Args:
        task: what to do, in words or as a fact's name.
        library: folder of skill libraries; None for ./library if it has skills, else the starter library.
        progress: called with episodes done and episodes in all.
        understood: called once, before anything is played, with what the task was taken for
            (`Goal.in_words`, `Goal.facts`).
        conversation: with the person who looks, for ``judge="ask"``.
        settings: fields of `SolveConfig`.

    Raises:
        BadConfig: an unknown setting, or a value that makes no sense.
        UnknownGame, MissingDependency, BadGameOption: the game cannot be played.
        MissingPrerequisite, LibraryDamaged, PolicyMismatch: the library cannot be used.
        UnknownGoal, NoPlan, NoPolicyOverSkills: the task is not understood, or cannot be done.
        EvaluationFailed: an episode broke down twice.
    """
    from agent.config import SolveConfig, from_record
    from agent.play.libraries import open_store
    from agent.solving.solve import solve as carry_out
    from agent.surroundings import real_path
    from envs.first_use import compile_once

    config = from_record(SolveConfig, {"task": task, **settings})
    root = real_path(open_store(library, config.game).root)

    def known(goal: Goal) -> None:
        understood(goal)
        compile_once(config.game, logger.info)

    with _workers_leave_the_script_alone():
        return carry_out(
            dataclasses.replace(config, library=root),
            progress=progress,
            understood=known,
            conversation=conversation,
        )


def plan(
    goal: str,
    *,
    game: str = "crafter",
    library: str | Path | None = None,
    graph: str | Path | None = None,
    have: Mapping[str, int] | None = None,
    search: Literal["cheapest", "decompose"] = "cheapest",
) -> Plan:
    """Skills that lead to a goal.

    Args:
        goal: what to reach, in words, as a fact or as a skill.
        game: registry name of the game.
        library: folder of skill libraries; None for ./library if it has skills, else the starter library.
        graph: plan over this graph file (.json, .graphml, .yaml), and over all skills in it.
        have: facts at the start; bars such as health are full unless they are among them.
        search: least expected cost, or fewest executions (as in Plan4MC).

    Returns:
        The plan; `Plan.goal` says what was understood, and where something is missing that no skill brings,
        `Plan.missing` says what.

    Raises:
        UnknownGame, UnknownGoal: the words mean nothing; close ones are named.
        BadConfig: `have` names a fact that the graph does not know or something that is no count, or there
            is no such search.
        MissingPrerequisite, BadGraph: there is no graph, or it is malformed.
    """
    from agent.errors import BadConfig
    from agent.play.graphs import full_bars, load_policies, require_facts
    from agent.solving.aim import read_task
    from agent.solving.known_tasks import completed, goal_of, known_task
    from envs.registry import described_names, game_spec
    from planners.search.by_chance import with_chance
    from planners.search.search import cheapest, decompose

    searches = {"cheapest": cheapest, "decompose": decompose}
    if search not in searches:
        raise BadConfig(f"search is {search!r}; expected {' or '.join(searches)}")
    over = planned_over(game, library, graph)
    skill_graph = _graph_over(over, game, library, graph)
    spec = game_spec(skill_graph.game) if skill_graph.game in described_names() else None
    facts = {**full_bars(skill_graph), **require_facts(have or {}, skill_graph)}
    if task := known_task(spec, goal):
        wanted, facts = goal_of(task, goal), {**task.start, **facts}
    else:
        policies = load_policies(library, game) if over == "library" else {}
        wanted = read_task(goal, skill_graph, spec, policies).goal
    find = with_chance(searches[search], spec.may_bring if spec else {})
    return find(skill_graph, wanted, completed(spec, facts), only_available=over == "library")


def planned_over(
    game: str, library: str | Path | None = None, graph: str | Path | None = None
) -> Literal["file", "library", "claims"]:
    """What `plan` plans over: a graph file, a library, or the recorded claims about a game without a world.

    Raises:
        UnknownGame: no such game.
    """
    from envs.registry import entry_of

    if graph is not None:
        return "file"
    return "claims" if library is None and not entry_of(game).playable else "library"


def _graph_over(over: str, game: str, library: str | Path | None, graph: str | Path | None) -> SkillGraph:
    from agent.play.graphs import load_graph

    if over != "claims":
        return load_graph(file=graph, library=library, game=game)
    from agent.design.claimed import claimed_graph
    from agent.llm.answer_pack import shipped_pack
    from envs.registry import game_spec

    return claimed_graph(game_spec(game), shipped_pack(game))


def evaluate(
    suite: str,
    *,
    library: str | Path | Sequence[str | Path] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    **settings: Unpack[EvalSettings],
) -> EvalReport:
    """Play an evaluation suite on evaluation seeds.

    Args:
        suite: such as ``crafter-score``, see `agent.evaluation.suites`; or the path of a suite's file.
        library: folder of skill libraries; None for ./library if it has skills, else the starter library.
            Tasks that are given in words can be played with several.
        progress: called with episodes done and episodes in all.
        settings: fields of `EvalConfig`; beside ``resume`` only ``runs_dir``, ``episodes`` and ``workers``.

    Raises:
        BadConfig: an unknown setting, or a value that makes no sense.
        UnknownSuite, UnknownTask, UnknownRun: there is none of that name.
        LibraryOverlaps: the library was made for what the suite is to show for the first time.
        MissingPrerequisite, LibraryDamaged, PolicyMismatch: the library cannot be used.
        EvaluationFailed: an episode broke down twice; what was played stays in the run.
    """
    from agent.evaluation.open_evaluation import open_evaluation
    from envs.first_use import compile_once

    evaluation = open_evaluation(suite, library, settings)
    compile_once(evaluation.suite.game, logger.info)
    with _workers_leave_the_script_alone():
        return evaluation.play(progress)


def open_library(path: str | Path | None = None, game: str = "crafter") -> Library:
    """Open a library and verify the hash of every file in it.

    Args:
        path: folder of skill libraries; None for ./library if it has skills, else the starter library.
        game: registry name of the game.

    Raises:
        UnknownGame: no such game.
        MissingPrerequisite: there is no skill for the game, or no graph.
        LibraryDamaged: files are missing or have changed; the message names them.
    """
    from agent.play.graphs import load_graph
    from agent.play.libraries import open_store
    from skills.errors import LibraryDamaged

    store = open_store(path, game)
    if problems := store.verify():
        found = "; ".join(f"{problem.path}: {problem.message}" for problem in problems)
        raise LibraryDamaged(f"library {str(store.folder)!r} is damaged: {found}")
    return Library(store=store, skills=store.load_all(), graph=load_graph(library=store.root, game=game))


def register(entry: GameEntry) -> None:
    """Add a game of your own, for this process and the worker processes that it starts.

    Adding the same entry again changes nothing.

    Raises:
        ValueError: the name is taken by another game, or a target lies in the script or notebook itself,
            which worker processes do not run.
    """
    from envs import registry

    for target in (entry.spec, entry.factory):
        if target.startswith("__main__:"):
            raise ValueError(
                f"target {target!r} lies in the script itself; put the game into a module of its own"
            )
    if entry in registry.entries():
        return
    registry.register(entry)
    inherited = json.loads(os.environ.get(registry.INHERITED, "[]"))
    os.environ[registry.INHERITED] = json.dumps([*inherited, dataclasses.asdict(entry)])


@contextmanager
def _workers_leave_the_script_alone() -> Iterator[None]:
    """Keep processes started inside the block from running the caller's script, as spawned ones otherwise do.

    Workers need nothing of it, and a script without ``if __name__ == "__main__":`` would start over in each.
    """
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script
