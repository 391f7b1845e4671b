"""Reads a task: by its words, and only where these say nothing known by asking a model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from agent.config import SolveConfig
from agent.llm.errors import NoRecordedAnswer
from agent.llm.open_model import ModelOptions, has_recorded, is_live, model_settings, open_model
from agent.llm.replies import GoalFacts
from agent.llm.vocabulary import game_variables
from agent.play.kit import PolicyOverSkills
from agent.records.runs import Run
from agent.solving.aim import Aim, aim_of
from agent.solving.policy_choice import named_policy
from envs.errors import did_you_mean
from envs.game import GameSpec
from envs.text import brief
from planners.errors import ImpossibleGoal, NotUnderstood, UnknownGoal
from planners.goal_parser import LONGEST_GOAL, parse_goal
from planners.goals.refusals import quoted
from planners.graph.graph import SkillGraph
from planners.plan import Goal, facts_in_words


def first_aim(
    config: SolveConfig, policies: Mapping[str, PolicyOverSkills], graph: SkillGraph, spec: GameSpec
) -> Aim | None:
    """What the task means, as far as that can be told before there is a run. Loads nothing heavy.

    Args:
        config: the task, the model.
        policies: the library's policies over skills.
        graph: its skills.
        spec: the game.

    Returns:
        None where a live model has to be asked, or a policy over skills is recorded for the task.

    Raises:
        UnknownGoal: nobody can say it, or the game does not allow it.
        BadPack: the recorded answers cannot be used.
    """
    task = config.task
    if len(task) <= LONGEST_GOAL and (named := named_policy(policies, task)):
        return aim_of(named, task)
    live = is_live(config.llm)
    if not live and has_recorded(config.llm, config.game, "skill_policy", task):
        return None
    try:
        return Aim(goal=parse_goal(task, graph, spec))
    except UnknownGoal as unclear:
        if not other_words(task):
            raise
        if live:
            return None
        if has_recorded(config.llm, config.game, "parse_goal", task) and (goal := asked_goal(config, spec)):
            return Aim(goal=goal, asked=True)
        raise with_hint(unclear, "--llm PROVIDER:MODEL") from None


def asked_goal(config: SolveConfig, spec: GameSpec, run: Run | None = None) -> Goal | None:
    """The task as facts, as a model reads it; None when none is recorded.

    Args:
        config: the task, the model.
        spec: the game.
        run: where question and answer are noted.

    Raises:
        ImpossibleGoal: the game does not allow it, as the model says.
        LLMError: a live model gave no usable answer.
    """

    def check(reply: GoalFacts) -> None:
        for fact in reply.facts:
            if fact not in spec.fact_index:
                raise ValueError(f"{brief(fact)} is no fact{did_you_mean(fact, spec.fact_index)}")

    log: Path | None = run.answers_path if run else None
    options = ModelOptions(log=log, settings=model_settings(config))
    try:
        with open_model(config.llm, config.game, options) as model:
            asked = model.ask(
                "parse_goal", GoalFacts, check=check, draw=0, goal=config.task, **game_variables(spec)
            )
    except NoRecordedAnswer:
        return None
    if asked.reply.impossible:
        raise ImpossibleGoal(f"{quoted(config.task)} cannot be done: {asked.reply.impossible}")
    facts = dict(asked.reply.facts)
    if run is not None:
        run.event("understood", goal=facts, answer_id=asked.answer_id)
    return Goal(
        facts=facts, text=config.task, understood=f"{facts_in_words(facts)} (as a language model read it)"
    )


def with_hint(unclear: UnknownGoal, how: str) -> UnknownGoal:
    """The refusal, saying who would understand other words; itself where words are not the trouble."""
    if not isinstance(unclear, NotUnderstood):
        return unclear
    end = "" if str(unclear).endswith((".", "?")) else "."
    return NotUnderstood(f"{unclear}{end} A live model understands other words: {how}.", near=unclear.near)


def can_ask(config: SolveConfig, error: Exception) -> bool:
    """Whether a live model may be asked for a policy, as there is no goal or no plan."""
    return is_live(config.llm) and not isinstance(error, ImpossibleGoal) and other_words(config.task)


def other_words(task: str) -> bool:
    """Whether a model might make sense of a task: no pairs of facts and counts, and not endless."""
    return len(task) <= LONGEST_GOAL and "=" not in task
