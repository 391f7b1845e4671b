"""One question: which skill is practised next while several are trained together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.design.effects import SkillClaim
from agent.design.refinement import Finding, OnRound, code_text, refine, reply_invalid
from agent.design.training_rehearsal import MayStart, rehearse_training
from agent.llm.asking import Asked, LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.replies import TrainingPolicy
from agent.llm.vocabulary import counts_text, game_variables
from envs.facts import Facts
from envs.game import GameSpec
from skills.code.functions import InitiationFunction
from skills.code.sandbox import Sandbox
from skills.skill import Skill, lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPolicyOverSkills:
    """A policy over skills for training.

    Attributes:
        source: ``def choose(start, facts, last, failures, draw)``; see `skills.code.policy_code`.
        skills: the names that it may return.
        answer_id: id of the model's answer; empty for `in_turn`.
    """

    source: str
    skills: tuple[str, ...]
    answer_id: str = ""


def learned(claims: Iterable[SkillClaim]) -> list[SkillClaim]:
    """The claims about skills that are learned, by name."""
    return sorted((c for c in claims if not c.reply.action), key=lambda claim: claim.task.name)


def training_variables(spec: GameSpec, claims: Sequence[SkillClaim]) -> dict[str, str]:
    """The variables of ``prompts/training_policy.md``: the same for every run and state of play.

    Args:
        spec: the game.
        claims: what is claimed of the skills; those that nothing is learned for are left out.
    """
    game = game_variables(spec)
    lines = [
        f"- {claim.task.name}: {claim.task.description} (needs: {counts_text(claim.effects.needs)}; "
        f"gives: {counts_text(claim.effects.obtains)})"
        for claim in learned(claims)
    ]
    return {
        "game": game["game"],
        "manual": game["manual"],
        "facts": game["facts"],
        "skills": "\n".join(lines) or "- (none)",
    }


def write_training_policy(
    model: LanguageModel,
    spec: GameSpec,
    sandbox: Sandbox,
    claims: Sequence[SkillClaim],
    designs: Sequence[Skill],
    start: Facts,
    on_round: OnRound = lambda number, finding: None,
) -> TrainingPolicyOverSkills:
    """A policy over all learned skills that was tried out and accepted.

    Args:
        model: the model that is asked.
        spec: the game.
        sandbox: where the code runs.
        claims: what is claimed of the skills.
        designs: their designs; a skill without one counts as one that can start wherever its needs hold.
        start: the facts at the start of an episode.
        on_round: called after every round.

    Returns:
        The policy; `in_turn` where no answer is recorded to the question.

    Raises:
        LLMError: no usable answer, or none was accepted in all rounds.
    """
    names = tuple(claim.task.name for claim in learned(claims))
    variables = training_variables(spec, claims)
    fact_names = [fact.name for fact in spec.facts]
    starts = may_start(sandbox, claims, designs, fact_names)

    def test(reply: TrainingPolicy) -> Finding | None:
        return rehearse_training(sandbox, reply, starts, fact_names, start)

    def ask_again(reply: TrainingPolicy, finding: Finding) -> Asked[TrainingPolicy]:
        return model.ask(
            "training_policy_repair",
            TrainingPolicy,
            check=None,
            draw=0,
            code=code_text(reply.choose, reply.simulate, reply.check),
            findings=finding.listed,
            trace=finding.trace,
            **variables,
        )

    try:
        asked = model.ask("training_policy", TrainingPolicy, check=None, draw=0, **variables)
    except NoRecordedAnswer:
        return in_turn(names)
    refusal = reply_invalid("the policy over skills for training")
    accepted = refine(asked, test, ask_again, refusal, on_round)
    return TrainingPolicyOverSkills(source=accepted.reply.choose, skills=names, answer_id=accepted.answer_id)


def may_start(
    sandbox: Sandbox, claims: Sequence[SkillClaim], designs: Sequence[Skill], fact_names: Sequence[str]
) -> dict[str, MayStart]:
    """Learned skill -> whether it can start: its needs hold and its initiation function agrees."""
    by_name = {skill.name: skill for skill in designs}

    def test_of(claim: SkillClaim) -> MayStart:
        skill = by_name.get(claim.task.name)
        needs = skill.effects.needs if skill else claim.effects.needs
        source = skill.option.initiation if skill else ""
        initiation = InitiationFunction(sandbox, source, fact_names)
        return lambda facts: not lacking(needs, facts) and initiation.one(facts)

    return {claim.task.name: test_of(claim) for claim in learned(claims)}


def in_turn(names: Sequence[str]) -> TrainingPolicyOverSkills:
    """The policy that is used without a model's answer: one skill after the other, in turn.

    Every episode begins with the next one; skills that cannot start, or fail, are skipped.
    """
    source = (
        "def choose(start, facts, last, failures, draw):\n"
        f"    names = {list(names)!r}\n"
        "    for i, name in enumerate(names):\n"
        "        if name == last:\n"
        "            return names[(i + 1) % len(names)]\n"
        "    return names[draw % len(names)]\n"
    )
    return TrainingPolicyOverSkills(source=source, skills=tuple(names))
