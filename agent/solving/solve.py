"""Carrying out one named task: understand it, plan it, play it on fresh evaluation seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from agent.config import SolveConfig, to_record
from agent.errors import EvaluationFailed, NoPolicyOverSkills
from agent.films.run_films import film_run
from agent.judges.opening import check_setting
from agent.person import Conversation
from agent.play.job_pool import JobPool, run_again
from agent.play.jobs import Job, JobResult
from agent.play.kit import Kit
from agent.play.libraries import library_at
from agent.play.load import load_kit, load_policies_over_skills, require_skills
from agent.records.endings import ending_of
from agent.records.runs import Run
from agent.solving.aim import begun_task, with_own_task
from agent.solving.approach import Approach, asked_approach, ready_approach
from agent.solving.by_looking import (
    can_look,
    choose_looking,
    claimed,
    play_by_looking,
    with_judges,
)
from agent.solving.judging import AUTO
from agent.solving.noting import note_episode
from agent.solving.report import SolvedEpisode, SolveReport
from agent.solving.understanding import asked_goal, first_aim
from agent.solving.untried import untried_graph, untried_kit
from envs.game import GameSpec
from envs.game_options import check_options, try_options
from envs.registry import game_spec
from envs.seeding import evaluation_seed
from envs.text import plain
from planners.errors import NotInFacts, NotUnderstood, UnknownGoal
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from skills.store.store import SkillLibrary


def solve(
    config: SolveConfig,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    understood: Callable[[Goal], None] = lambda goal: None,
    conversation: Conversation | None = None,
) -> SolveReport:
    """Carry out the task in every episode asked for.

    A task that a policy over skills was written for is carried out by that policy, any other one by plans
    over the skill graph. Where there is no plan, a live model is asked for a policy. A task that cannot be
    understood or reached is refused before there is a run; before it is understood, no game is made. A task
    that no fact states is carried out by the skills nearest to its words, where somebody can say by looking
    whether it was done.

    Args:
        config: what to do, with which library, how often.
        progress: called with episodes done and episodes in all.
        understood: called once, with what the task was taken for, before anything is played.
        conversation: with the person who looks, where the judge is one.

    Raises:
        NoJudge: there is no such judge, or the one that was chosen cannot look.
        NobodyThere: a person shall look, and none can be asked.
        UnknownGoal: the task cannot be understood; close ones are named.
        NoPlan: the skills at hand cannot reach it; what is missing is named.
        NoPolicyOverSkills: no policy over skills does it either, as the model or its tests say.
        MissingPrerequisite, LibraryDamaged: the library cannot be used.
        BadGameOption: the game does not take the options.
        EvaluationFailed: an episode failed with an error twice.
    """
    check_setting(config.judge)
    spec = game_spec(config.game)
    given = check_options(spec, config.game_options)
    aim = begun_task(config.task, spec, given)
    if aim is not None and aim.task is not None:
        given = {**given, spec.task_option: aim.task.name}
    store, graph = _opened(config, spec)
    by_looking = aim is None and (
        claimed(config.task, graph) and can_look(config, store.load_all(), spec, conversation)
    )
    try:
        if aim is None and not by_looking:
            aim = first_aim(config, load_policies_over_skills(store), graph, spec)
    except (NotUnderstood, NotInFacts) as unclear:
        skills = store.load_all()
        if not can_look(config, skills, spec, conversation):
            raise with_judges(unclear, config, skills, spec) from None
        by_looking = True
    if aim is not None:
        aim = with_own_task(aim, graph, spec, given)
        understood(aim.goal)
    kit = untried_kit(spec, store) if config.untried else load_kit(config.library, config.game)
    graph = kit.open_graph()
    options = try_options(spec, given)
    config, kit = replace(config, game_options=options), replace(kit, game_options=options)
    approach = ready_approach(config, kit, graph, spec, aim) if aim else None
    with Run.create(
        config.runs_dir, command="solve", game=config.game, seed=config.seed, config=to_record(config)
    ) as run:
        if aim is not None and aim.asked:
            asked_goal(config, spec, run)  # once more, for the record
        if approach is None and not by_looking:
            try:
                approach = asked_approach(config, kit, graph, spec, run, aim)
            except (UnknownGoal, NoPolicyOverSkills):
                if aim is not None or config.judge == AUTO:
                    raise
                if not can_look(config, kit.skills, spec, conversation):
                    raise
            else:
                if aim is None:
                    understood(approach.goal)
        if approach is not None:
            _note(approach, run)
            report = _carry_out(config, kit, spec, approach, run, progress)
        else:
            report = _look(config, kit, spec, run, progress, understood, conversation)
        report = replace(report, stand_in=spec.stand_in(options))
        report = replace(report, films=film_run(run.path)) if config.record else report
        run.finish(**report.to_record())
    return report


def _opened(config: SolveConfig, spec: GameSpec) -> tuple[SkillLibrary, SkillGraph]:
    """The library, which may lack skills where untried ones serve, and the graph of what is at hand."""
    if config.untried:
        store = library_at(config.library, config.game)
        return store, untried_graph(spec, store)
    store = require_skills(config.library, config.game)
    return store, SkillGraph.load(store.graph_path)


def _look(
    config: SolveConfig,
    kit: Kit,
    spec: GameSpec,
    run: Run,
    progress: Callable[[int, int], None],
    understood: Callable[[Goal], None],
    conversation: Conversation | None,
) -> SolveReport:
    """Carry out a task that no fact states."""
    looking = choose_looking(config, kit, spec, run)
    understood(looking.goal)
    return SolveReport(
        task=config.task,
        game=config.game,
        goal=looking.goal,
        plan=None,
        episodes=play_by_looking(config, kit, spec, looking, run, progress, conversation),
        parts=looking.parts,
        run=run.name,
    )


def _carry_out(
    config: SolveConfig,
    kit: Kit,
    spec: GameSpec,
    approach: Approach,
    run: Run,
    progress: Callable[[int, int], None],
) -> SolveReport:
    """Play all episodes, noting each in the run."""
    own_task = approach.aim.own_task
    jobs = [
        Job(
            seed=evaluation_seed(config.seed, index),
            goal={} if approach.policy and not own_task else approach.goal.facts,
            policy=approach.policy,
            max_steps=config.max_steps or spec.max_steps,
            by_chance=True,
            own_task=own_task,
            finish=approach.aim.task.finish if approach.aim.task else (),
            watched=True,
        )
        for index in range(config.episodes)
    ]
    done: dict[int, SolvedEpisode] = {}
    progress(0, len(jobs))
    for result in _played(config, kit, jobs, run):
        episode = _episode(result)
        note_episode(run, episode, result.events, result.trace, config.task, approach.goal.facts)
        done[episode.seed] = episode
        progress(len(done), len(jobs))
    return SolveReport(
        task=config.task,
        game=config.game,
        goal=approach.goal,
        plan=approach.plan,
        episodes=tuple(done[job.seed] for job in jobs),
        policy=approach.policy,
        run=run.name,
    )


def _note(approach: Approach, run: Run) -> None:
    """Say in the run how the task is carried out."""
    goal, plan, policy = dict(approach.goal.facts), approach.plan, approach.policy
    if plan is not None:
        run.event("planned", goal=goal, steps=list(plan.steps), expected_steps=plan.expected_steps)
    if policy is not None:
        run.event("policy", task=policy.task, answer_id=policy.answer_id, goal=goal)


def _played(config: SolveConfig, kit: Kit, jobs: Sequence[Job], run: Run) -> Iterator[JobResult]:
    with closing(JobPool(min(config.workers, len(jobs)), config.cluster)) as pool:
        for result in run_again(pool, kit, jobs):
            if result.aborted:
                run.event("error", seed=result.job.seed, traceback=result.aborted)
                reason = plain(result.aborted.strip().splitlines()[-1])
                raise EvaluationFailed(
                    f"episode {result.job.seed} broke down twice: {reason}; the traceback is in the "
                    "run's events"
                )
            yield result


def _episode(result: JobResult) -> SolvedEpisode:
    trace, done = result.trace, result.goal_reached
    return SolvedEpisode(
        ending=ending_of(trace, result.events, done) if trace else None,
        seed=result.job.seed,
        success=result.goal_reached,
        env_steps=result.steps,
        skills=tuple(step.skill for step in result.results),
        reward=result.reward,
    )


__all__ = ["SolveReport", "SolvedEpisode", "solve"]
