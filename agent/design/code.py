"""Rewards, options and guards as model-written code, checked on recorded play before use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.design.effects import SkillClaim, task_variables
from agent.design.option_trial import OptionTester
from agent.llm.asking import LanguageModel
from agent.llm.replies import Guards, Shield, SkillOption, SkillReward
from agent.llm.vocabulary import game_variables
from agent.play.kit import GuardCode, ShieldCode
from envs.errors import did_you_mean
from envs.facts import EndStatus
from envs.game import Game, GameSpec
from envs.seeding import training_seed
from envs.text import brief
from skills.code.checks import validate_option, validate_reward
from skills.code.functions import (
    GuardFunction,
    InitiationFunction,
    RewardFunction,
    ShieldFunction,
    TerminationFunction,
)
from skills.code.records import Transitions, imagined_successes
from skills.code.sandbox import TEST_SECONDS, Sandbox
from skills.skill import (
    Effects,
    FocusRecord,
    Lineage,
    OptionCode,
    PolicyRecord,
    Skill,
    SkillKind,
)

RANDOM_EPISODE_STEPS = 150
"""Steps of one episode of random play, for checking code."""


@dataclass(frozen=True, slots=True)
class RecordedPlay:
    """Random play that designs are checked on.

    Attributes:
        before: int32[n, facts]. after: int32[n, facts].
    """

    before: NDArray[np.int32]
    after: NDArray[np.int32]

    @property
    def steps(self) -> int:
        """Environment steps played."""
        return len(self.before)


def record_random_play(game: Game, seed: int, episodes: int = 4) -> RecordedPlay:
    """Play uniformly random actions on training seeds and keep the facts."""
    rng = np.random.default_rng(training_seed(seed, "random play"))
    size = len(game.spec.facts)
    befores, afters = [], []
    for episode in range(episodes):
        game.reset(training_seed(seed, "random play", episode))
        now = np.zeros(size, np.int32)
        game.fact_values(now)
        for _ in range(RANDOM_EPISODE_STEPS):
            game.step(int(rng.integers(len(game.spec.actions))))
            then = np.zeros(size, np.int32)
            game.fact_values(then)
            befores.append(now)
            afters.append(then)
            now = then
            if game.status is not EndStatus.RUNNING:
                break
    return RecordedPlay(np.array(befores), np.array(afters))


class Designer:
    """Asks for code and returns only code that passes the checks.

    Args:
        model: the model that is asked.
        spec: the game.
        sandbox: where the code runs.
        play: recorded play to check on.
        tester: has options tested by execution; without one, they are checked on recorded play only.
    """

    def __init__(
        self,
        model: LanguageModel,
        spec: GameSpec,
        sandbox: Sandbox,
        play: RecordedPlay,
        tester: OptionTester | None = None,
    ) -> None:
        self._model = model
        self._spec = spec
        self._sandbox = sandbox
        self._play = play
        self._tester = tester
        self._names = [fact.name for fact in spec.facts]

    def design(
        self,
        claim: SkillClaim,
        belief: Effects,
        seed: int,
        run: str,
        source: str,
        *,
        with_reward: bool = True,
    ) -> Skill:
        """Ask for reward and option of one skill; returns its draft, not yet trained.

        Args:
            claim: the task and what the model said of it.
            belief: its effects as play has corrected them so far.
            seed: of the session.
            run: the run's name, for the lineage.
            source: ``live`` or ``recorded``, for the lineage.
            with_reward: whether a reward is asked for; skills that one action does never have one.

        Raises:
            LLMError: no usable answer, the repair round included.
        """
        scripted = bool(claim.reply.action)
        reward, reward_id = self._reward(claim, belief) if with_reward and not scripted else ("", "")
        option, option_ids = self._option(claim, belief)
        return Skill(
            name=claim.task.name,
            game=self._spec.name,
            kind=SkillKind(claim.task.kind),
            description=claim.task.description,
            claim=claim.task.claim,
            effects=belief,
            focus=FocusRecord(seek=claim.reply.seek, explore=claim.reply.explore),
            option=option,
            reward=reward,
            policy=PolicyRecord(
                kind="scripted" if scripted else "learned",
                action=claim.reply.action,
                until=claim.reply.until,
            ),
            step_cap=claim.reply.step_cap,
            actions=claim.reply.actions,
            encoding=self._spec.encoding,
            lineage=Lineage(
                run=run,
                answers=tuple(a for a in (claim.answer_id, reward_id, *option_ids) if a),
                source=source,
                seed=seed,
            ),
        )

    def _reward(self, claim: SkillClaim, belief: Effects) -> tuple[str, str]:
        play = self._play
        recorded = Transitions.of(play.before, play.after, belief.obtains, self._spec)
        by_looking = bool(claim.task.claim)
        probes = None if by_looking else imagined_successes(play.before[::10], belief, self._spec)

        def check(reply: SkillReward) -> None:
            function = RewardFunction(self._sandbox, reply.reward, self._names)
            validate_reward(
                function, recorded, belief.obtains, self._spec, by_looking=by_looking, probes=probes
            )

        asked = self._model.ask(
            "skill_reward",
            SkillReward,
            check=check,
            draw=0,
            **task_variables(claim.task),
            **game_variables(self._spec),
        )
        return asked.reply.reward, asked.answer_id

    def _option(self, claim: SkillClaim, belief: Effects) -> tuple[OptionCode, tuple[str, ...]]:
        def check(reply: SkillOption) -> None:
            validate_option(
                InitiationFunction(self._sandbox, reply.initiation, self._names),
                TerminationFunction(self._sandbox, reply.termination, self._names),
                self._play.before,
                belief.needs,
                self._spec,
            )

        asked = self._model.ask(
            "skill_option",
            SkillOption,
            check=check,
            draw=0,
            **task_variables(claim.task),
            **game_variables(self._spec),
        )
        option, test_id = asked.reply, ""
        if self._tester is not None:
            option, test_id = self._tester.accepted(claim, option, check)
        code = OptionCode(initiation=option.initiation, termination=option.termination)
        return code, (asked.answer_id, test_id)

    def guards(self, descriptions: Mapping[str, str]) -> GuardCode:
        """Ask when which of the skills must come first. Raises `LLMError`."""

        def check(reply: Guards) -> None:
            for name in reply.ranking:
                if name not in descriptions:
                    raise ValueError(
                        f"ranking names {brief(name)}, which is no skill{did_you_mean(name, descriptions)}"
                    )
            with self._sandbox.within(TEST_SECONDS):
                function = GuardFunction(self._sandbox, reply.guard, self._names, reply.ranking)
                for row in self._play.before[::5]:
                    function.one(dict(zip(self._names, row.tolist(), strict=True)))

        lines = "\n".join(f"- {name}: {text}" for name, text in descriptions.items())
        asked = self._model.ask(
            "guards", Guards, check=check, draw=0, skills=lines, **game_variables(self._spec)
        )
        return GuardCode(source=asked.reply.guard, ranking=asked.reply.ranking, answer_id=asked.answer_id)

    def shield(self) -> ShieldCode:
        """Ask which single actions must never be taken in which states. Raises `LLMError`."""

        def check(reply: Shield) -> None:
            with self._sandbox.within(TEST_SECONDS):
                function = ShieldFunction(self._sandbox, reply.shield, self._names, self._spec.actions)
                for row in self._play.before[::5]:
                    function.one(dict(zip(self._names, row.tolist(), strict=True)))

        asked = self._model.ask("shield", Shield, check=check, draw=0, **game_variables(self._spec))
        return ShieldCode(source=asked.reply.shield, answer_id=asked.answer_id)
