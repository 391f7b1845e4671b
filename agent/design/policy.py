"""One question: a policy over skills for a task, used only if it passes its tests."""

from __future__ import annotations

from collections.abc import Mapping

from agent.design.refinement import REPAIR_ROUNDS, Finding, OnRound, code_text, refine
from agent.design.rehearsal import rehearse
from agent.errors import NoPolicyOverSkills
from agent.llm.asking import Asked, LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.replies import SkillPolicy
from agent.llm.vocabulary import counts_text, game_variables
from agent.play.kit import Kit, PolicyOverSkills
from envs.errors import did_you_mean
from envs.facts import Facts
from envs.game import GameSpec
from envs.text import brief, plain
from planners.graph.graph import SkillGraph
from skills.code.sandbox import Sandbox


def policy_variables(
    spec: GameSpec, skills: Mapping[str, str], graph: SkillGraph, task: str
) -> dict[str, str]:
    """The variables of ``prompts/skill_policy.md``: the same for every run and state of play.

    Args:
        spec: the game.
        skills: name -> description of the skills that can be executed.
        graph: what they were claimed to need and give; what play has shown since is left out, so that
            recorded answers stay valid.
        task: the task, in words.
    """
    game = game_variables(spec)
    lines = []
    for name in sorted(skills):
        claim = graph.claim(name)
        needs, gives = counts_text(claim.needs), counts_text(claim.obtains)
        lines.append(f"- {name}: {skills[name]} (needs: {needs}; gives: {gives})")
    return {
        "game": game["game"],
        "manual": game["manual"],
        "facts": game["facts"],
        "skills": "\n".join(lines) or "- (none)",
        "task": task,
    }


def kit_variables(kit: Kit, spec: GameSpec, task: str) -> dict[str, str]:
    """`policy_variables` with the skills of a kit."""
    descriptions = {name: skill.description for name, skill in kit.skills.items()}
    return policy_variables(spec, descriptions, kit.open_graph(), task)


def write_policy_over_skills(
    model: LanguageModel,
    kit: Kit,
    spec: GameSpec,
    sandbox: Sandbox,
    start: Facts,
    task: str,
    goal: Mapping[str, int] | None = None,
    on_round: OnRound = lambda number, finding: None,
) -> PolicyOverSkills:
    """A policy over the skills of a kit that does a task and was accepted when tried out.

    Args:
        model: the model that is asked.
        kit: the skills.
        spec: the game.
        sandbox: where the code runs.
        start: the facts at the start of an episode, for trying policies out.
        task: what to do, in words.
        goal: facts that the task is known to mean; they must hold besides those that the model names.
        on_round: called after every round.

    Raises:
        NoPolicyOverSkills: no skill serves the task, or no policy was accepted in all rounds.
        LLMError: no usable answer; `NoRecordedAnswer` among them.
    """
    variables = kit_variables(kit, spec, task)
    fact_names = [fact.name for fact in spec.facts]
    skills = tuple(sorted(kit.skills))

    def check_names(reply: SkillPolicy) -> None:
        for fact in reply.goal:
            if fact not in spec.fact_index:
                raise ValueError(
                    f"the goal names {brief(fact)}, which is no fact{did_you_mean(fact, spec.fact_index)}"
                )

    def aim(reply: SkillPolicy) -> dict[str, int]:
        return {**reply.goal, **(goal or {})}

    def test(reply: SkillPolicy) -> Finding | None:
        if reply.impossible:
            raise NoPolicyOverSkills(
                f"{task!r} cannot be done with the skills at hand: {plain(reply.impossible, 600)} Skills: "
                f"{', '.join(skills) or 'none'}"
            )
        return rehearse(sandbox, reply, skills, fact_names, start, aim(reply))

    def ask_again(reply: SkillPolicy, finding: Finding) -> Asked[SkillPolicy]:
        return model.ask(
            "skill_policy_repair",
            SkillPolicy,
            check=check_names,
            draw=0,
            code=code_text(f"goal = {dict(reply.goal)}", reply.choose, reply.simulate, reply.check),
            findings=finding.listed,
            trace=finding.trace,
            **variables,
        )

    def refusal(problems: str, missing: NoRecordedAnswer | None) -> NoPolicyOverSkills:
        if missing is None:
            return NoPolicyOverSkills(
                f"no policy over skills for {task!r} was accepted, {REPAIR_ROUNDS} repaired ones included; "
                f"of the last one: {problems}. Say the task in other words, or ask another model with --llm"
            )
        return NoPolicyOverSkills(
            f"the recorded policy over skills for {task!r} was rejected when it was tried "
            f"out: {problems}. And there is no repaired one: {missing}"
        )

    first = model.ask("skill_policy", SkillPolicy, check=check_names, draw=0, **variables)
    asked = refine(first, test, ask_again, refusal, on_round)
    return PolicyOverSkills(
        task=task,
        source=asked.reply.choose,
        skills=skills,
        answer_id=asked.answer_id,
        goal=aim(asked.reply),
    )
