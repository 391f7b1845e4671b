"""How much a whole live practice would ask of a model, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.llm.answer import Usage
from agent.llm.message import estimated_tokens
from agent.llm.prompt import load_prompt
from agent.llm.question import build_request

REPLY_TOKENS = {"propose_tasks": 2000, "guards": 500, "shield": 150}
"""Prompts asked once per practice, with the tokens that a reply is expected to have."""

REPLY_TOKENS_PER_SKILL = {"skill_effects": 250, "skill_reward": 400, "skill_option": 350, "option_test": 600}
"""Prompts asked once per skill, with the tokens that a reply is expected to have."""

REPAIR_SHARE = 0.2
"""Share of questions assumed to need the repair round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeEstimate:
    """Model use of one practice.

    Attributes:
        calls: if every first reply is good.
        calls_with_repairs: with the repair round for `REPAIR_SHARE` of the questions, rounded up.
        usage: tokens, repairs included.
    """

    calls: int
    calls_with_repairs: int
    usage: Usage


def estimate_live_practice(n_skills: int, game: Mapping[str, str]) -> PracticeEstimate:
    """Estimate calls and tokens for designing `n_skills` skills.

    Args:
        n_skills: skills designed, 0 or more.
        game: the game's prompt variables, see `agent.llm.vocabulary.game_variables`.
    """
    asked = [(name, 1, out) for name, out in REPLY_TOKENS.items()]
    asked += [(name, n_skills, out) for name, out in REPLY_TOKENS_PER_SKILL.items()]
    calls = sum(times for _, times, _ in asked)
    prompt = sum(times * _prompt_tokens(name, game) for name, times, _ in asked)
    reply = sum(times * out for _, times, out in asked)
    more = 1 + REPAIR_SHARE
    return PracticeEstimate(
        calls=calls,
        calls_with_repairs=-int(-calls * more // 1),
        usage=Usage(input_tokens=round(prompt * more), output_tokens=round(reply * more)),
    )


def _prompt_tokens(name: str, game: Mapping[str, str]) -> int:
    own = dict.fromkeys(load_prompt(name).variables - set(game), "x" * 60)
    request = build_request(name, {**game, **own})
    return estimated_tokens(*(message.content for message in request.messages))
