"""How often a library's skills reach goals, measured on seeds for practice and kept beside the library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from agent import __version__
from agent.errors import BadConfig, EvaluationFailed
from agent.play.job_pool import JobPool, run_again
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.play.libraries import shipped_library
from agent.play.load import load_kit, require_skills
from agent.records.reached import Measured, MeasuredGoal, read_measured, skills_hash, write_measured
from envs.game import GameSpec
from envs.registry import game_spec
from envs.seeding import training_seed
from envs.text import plain
from envs.workers.cores import core_count
from planners.errors import PlanningError
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from planners.plan import Goal

SEEDS = "reached"
"""Names the practice seeds that are played; no practice and no evaluation plays them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedStudy:
    """Plays goals as ``journeyman solve`` does, each on the same practice seeds.

    What was measured is kept goal by goal, and is not measured again as long as the skills, the episodes and
    the seed are the same.

    Attributes:
        game: registry name.
        library: folder of skill libraries; None for the starter library.
        goals: in words; empty for all achievements of the game.
        episodes: of each goal.
        seed: see `agent.records.reached.Measured`.
        workers: processes; None for one per core.
    """

    game: str = "crafter"
    library: Path | None = None
    goals: tuple[str, ...] = ()
    episodes: int = 40
    seed: int = 0
    workers: int | None = None

    def check(self) -> None:
        """Raise `BadConfig`, `UnknownGoal` or `MissingPrerequisite` where this cannot be measured."""
        if self.episodes < 1 or self.seed < 0 or (self.workers or 1) < 1:
            raise BadConfig("expected --episodes and --workers of 1 or more, and no negative --seed")
        store = require_skills(self._root, self.game)
        graph, spec = SkillGraph.load(store.graph_path), game_spec(self.game)
        for words in self.goals:
            parse_goal(words, graph, spec)

    def run(self, tell: Callable[[str], None]) -> Measured:
        """Measure what is not measured yet. Raises `EvaluationFailed` where an episode broke down twice."""
        folder, spec = self._root / self.game, game_spec(self.game)
        kit = load_kit(self._root, self.game)
        measured = self._begun(folder)
        with closing(JobPool(self.workers or core_count())) as pool:
            for words, goal in _goals(self.goals, kit.open_graph(), spec):
                if words in measured.goals:
                    continue
                tell(words)
                result = self._measure(pool, kit, spec, goal)
                tell(f"{words}: reached in {result.reached} of {result.n}")
                goals = {**measured.goals, words: result}
                measured = measured.model_copy(update={"goals": dict(sorted(goals.items()))})
                write_measured(folder, measured)
        return measured

    @property
    def _root(self) -> Path:
        return self.library or shipped_library()

    @property
    def _command(self) -> str:
        seed = f" --seed {self.seed}" if self.seed else ""
        return f"python -m agent.studies reached --game {self.game} --episodes {self.episodes}{seed}"

    def _begun(self, folder: Path) -> Measured:
        """What was measured with these skills and settings before; empty where nothing was."""
        skills = skills_hash(folder)
        before = read_measured(folder)
        same = (skills, self.episodes, self.seed)
        if before is not None and (before.skills, before.episodes, before.seed) == same:
            return before
        return Measured(
            game=self.game, skills=skills, version=__version__, command=self._command, seed=self.seed,
            episodes=self.episodes,
        )  # fmt: skip

    def _measure(self, pool: JobPool, kit: Kit, spec: GameSpec, goal: Goal) -> MeasuredGoal:
        jobs = [
            Job(
                seed=training_seed(self.seed, SEEDS, index),
                goal=goal.facts,
                max_steps=spec.max_steps,
                by_chance=True,
            )
            for index in range(self.episodes)
        ]
        results = list(_played(pool, kit, jobs))
        steps = [result.steps for result in results if result.goal_reached]
        return MeasuredGoal(
            facts=dict(goal.facts),
            reached=len(steps),
            n=len(results),
            mean_steps=round(sum(steps) / len(steps), 1) if steps else 0.0,
        )


def _goals(given: Sequence[str], graph: SkillGraph, spec: GameSpec) -> Iterator[tuple[str, Goal]]:
    """The goals in words, and what they mean; of the game's achievements those that are understood."""
    if given:
        yield from ((words, parse_goal(words, graph, spec)) for words in given)
        return
    for fact in spec.achievements:
        words = fact.removeprefix("did.").replace("_", " ")
        try:
            yield words, parse_goal(words, graph, spec)
        except PlanningError:
            continue


def _played(pool: JobPool, kit: Kit, jobs: Sequence[Job]) -> Iterator[JobResult]:
    """Every job's result. Raises `EvaluationFailed` where one broke down twice."""
    for result in run_again(pool, kit, jobs):
        if result.aborted:
            reason = plain(result.aborted.strip().splitlines()[-1])
            raise EvaluationFailed(f"the episode of seed {result.job.seed} broke down twice: {reason}")
        yield result
