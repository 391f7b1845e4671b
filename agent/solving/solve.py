"""Carrying out one named task: understand it, plan it, play it on fresh evaluation seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from agent.config import SolveConfig, to_record
from agent.errors import EvaluationFailed
from agent.llm.errors import NoRecordedAnswer
from agent.llm.open_model import ModelOptions, is_live, open_model
from agent.llm.replies import GoalFacts
from agent.llm.vocabulary import game_variables
from agent.play.jobs import Job, JobPool, JobResult, Notes, play
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.load import load_kit
from agent.play.player import Player
from agent.records.runs import Run
from agent.solving.policy_choice import keep_policy, named_policy, recorded_policy, write_policy
from agent.stats import success_estimate
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.game_options import try_options
from envs.registry import game_spec, make_game
from envs.seeding import evaluation_seed
from envs.text import plain
from planners.errors import ImpossibleGoal, NoPlan, UnknownGoal
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from planners.plan import Execution, Goal, Plan
from planners.search.search import cheapest, require_possible


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedEpisode:
    """One episode of a task."""

    seed: int
    success: bool
    env_steps: int
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveReport:
    """How a task went; `to_record` is the documented JSON.

    Attributes:
        plan: the plan at the start; None when a policy over skills was followed.
        policy: that policy; None when plans were made.
    """

    task: str
    game: str
    goal: Goal
    plan: Plan | None
    episodes: tuple[SolvedEpisode, ...]
    policy: PolicyOverSkills | None = None

    @property
    def successes(self) -> int:
        """Episodes in which the goal was reached."""
        return sum(episode.success for episode in self.episodes)

    def to_record(self) -> dict[str, Any]:
        """As plain JSON values."""
        estimate = success_estimate(self.successes, len(self.episodes))
        record: dict[str, Any] = {
            "task": self.task,
            "game": self.game,
            "n": len(self.episodes),
            "successes": self.successes,
            "success_rate": estimate.mean,
            "ci95": estimate.interval.rounded(4),
            "episodes": [
                {
                    "seed": episode.seed,
                    "success": episode.success,
                    "env_steps": episode.env_steps,
                    "skills": list(episode.skills),
                }
                for episode in self.episodes
            ],
        }
        if self.policy is not None:
            record["policy"] = {
                "task": self.policy.task,
                "goal": dict(self.policy.goal),
                "answer_id": self.policy.answer_id,
            }
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Approach:
    """How a task is carried out: by a plan over the skill graph, or by a policy over skills."""

    goal: Goal
    plan: Plan | None = None
    policy: PolicyOverSkills | None = None


def solve(
    config: SolveConfig, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> SolveReport:
    """Carry out the task in every episode asked for.

    A task that a policy over skills was written for is carried out by that policy, any other one by plans
    over the skill graph. Where there is no plan, a live model is asked for a policy.

    Args:
        config: what to do, with which library, how often.
        progress: called with episodes done and episodes in all.

    Raises:
        UnknownGoal: the task cannot be understood; close ones are named.
        NoPlan: the skills at hand cannot reach it; what is missing is named.
        NoPolicyOverSkills: no policy over skills does it either, as the model or its tests say.
        MissingPrerequisite, LibraryDamaged: the library cannot be used.
        BadGameOption: the game does not take the options.
        EvaluationFailed: an episode failed with an error twice.
    """
    spec = game_spec(config.game)
    options = try_options(spec, config.game_options)
    config = replace(config, game_options=options)
    kit = replace(load_kit(config.library, config.game), game_options=options)
    graph = kit.open_graph()
    with Run.create(
        config.runs_dir, command="solve", game=config.game, seed=config.seed, config=to_record(config)
    ) as run:
        approach = choose_approach(config, kit, graph, spec, run)
        jobs = [
            Job(
                seed=evaluation_seed(config.seed, index),
                goal={} if approach.policy else approach.goal.facts,
                policy=approach.policy,
                max_steps=config.max_steps or spec.max_steps,
            )
            for index in range(config.episodes)
        ]
        done: dict[int, SolvedEpisode] = {}
        progress(0, len(jobs))
        for result in _recorded(config, kit, jobs, run) if config.record else _played(config, kit, jobs, run):
            run.play(result.job.seed, result.events)
            episode = _episode(result)
            run.event(
                "episode", seed=episode.seed, success=episode.success, env_steps=episode.env_steps,
                skills=list(episode.skills),
            )  # fmt: skip
            done[episode.seed] = episode
            progress(len(done), len(jobs))
        episodes = tuple(done[job.seed] for job in jobs)
        report = SolveReport(
            task=config.task,
            game=config.game,
            goal=approach.goal,
            plan=approach.plan,
            episodes=episodes,
            policy=approach.policy,
        )
        run.finish(**report.to_record())
    return report


def choose_approach(config: SolveConfig, kit: Kit, graph: SkillGraph, spec: GameSpec, run: Run) -> Approach:
    """A policy that is there already, else a plan, else a policy that a live model writes now.

    Raises:
        UnknownGoal, NoPlan, NoPolicyOverSkills: as `solve`.
        LLMError: a live model gave no usable answer.
    """
    policy = named_policy(kit.policies_over_skills, config.task) or recorded_policy(config, kit, spec, run)
    if policy is None:
        goal: Goal | None = None
        try:
            goal = understand(config, graph, spec, run)
            plan = plan_from_start(graph, goal, spec, kit.game_options)
        except (UnknownGoal, NoPlan) as error:
            if not is_live(config.llm) or isinstance(error, ImpossibleGoal) or "=" in config.task:
                raise
            run.event("no_plan", reason=str(error))
            policy = write_policy(config, kit, spec, run, goal.facts if goal else None)
            if reason := keep_policy(config, policy):
                run.event("strategy_not_kept", reason=reason)
        else:
            run.event(
                "planned", goal=dict(goal.facts), steps=list(plan.steps), expected_steps=plan.expected_steps
            )
            return Approach(goal=goal, plan=plan)
    run.event("policy", task=policy.task, answer_id=policy.answer_id, goal=dict(policy.goal))
    return Approach(goal=Goal(facts=policy.goal, text=config.task), policy=policy)


def understand(config: SolveConfig, graph: SkillGraph, spec: GameSpec, run: Run) -> Goal:
    """The task as facts: by name, by its words, and only then by asking the model. Raises `UnknownGoal`."""
    try:
        return parse_goal(config.task, graph, spec)
    except UnknownGoal as unclear:

        def check(reply: GoalFacts) -> None:
            for fact in reply.facts:
                if fact not in spec.fact_index:
                    raise ValueError(f"{fact!r} is no fact{did_you_mean(fact, spec.fact_index)}")

        try:
            with open_model(config.llm, config.game, ModelOptions(log=run.answers_path)) as model:
                asked = model.ask(
                    "parse_goal", GoalFacts, check=check, draw=0, goal=config.task, **game_variables(spec)
                )
        except NoRecordedAnswer:
            raise unclear from None
        if asked.reply.impossible:
            raise ImpossibleGoal(f"{config.task!r} cannot be done: {asked.reply.impossible}") from None
        run.event("understood", goal=dict(asked.reply.facts), answer_id=asked.answer_id)
        return Goal(facts=dict(asked.reply.facts), text=config.task)


def plan_from_start(
    graph: SkillGraph, goal: Goal, spec: GameSpec, options: Mapping[str, Any] | None = None
) -> Plan:
    """The plan at the start of an episode. Raises `NoPlan`, which says what is missing."""
    game = make_game(spec.name, **(options or {}))
    game.reset(evaluation_seed(0, 0))
    plan = cheapest(graph, goal, game.facts())
    game.close()
    require_possible(plan, graph)
    return plan


def _played(config: SolveConfig, kit: Kit, jobs: Sequence[Job], run: Run) -> Iterator[JobResult]:
    with closing(JobPool(min(config.workers, len(jobs)))) as pool:
        again: list[Job] = []
        for result in pool.run(kit, jobs):
            if result.aborted:
                again.append(result.job)
            else:
                yield result
        for result in pool.run(kit, again):
            if result.aborted:
                run.event("error", seed=result.job.seed, traceback=result.aborted)
                reason = plain(result.aborted.strip().splitlines()[-1])
                raise EvaluationFailed(
                    f"episode {result.job.seed} broke down twice: {reason}; the traceback is in the "
                    "run's events"
                )
            yield result


def _recorded(config: SolveConfig, kit: Kit, jobs: Sequence[Job], run: Run) -> Iterator[JobResult]:
    """Play in this process and film every episode into the run's media folder."""
    from envs.recording.recorded_game import RecordedGame

    notes = Notes()
    game = RecordedGame(make_game(kit.game, **kit.game_options), run.media)

    def note(result: Execution) -> None:
        notes.results.append(result)
        game.note(f"{result.skill}: {result.verdict.outcome}")

    try:
        with Player(kit, 0, on_result=note, learn=False, on_event=notes.events.append) as player:
            for job in jobs:
                yield play(game, player, job, notes)
    finally:
        game.close()


def _episode(result: JobResult) -> SolvedEpisode:
    return SolvedEpisode(
        seed=result.job.seed,
        success=result.goal_reached,
        env_steps=result.steps,
        skills=tuple(step.skill for step in result.results),
    )


__all__ = [
    "Approach",
    "NoPlan",
    "SolveReport",
    "SolvedEpisode",
    "choose_approach",
    "plan_from_start",
    "solve",
    "understand",
]
