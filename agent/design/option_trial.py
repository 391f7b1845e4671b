"""Options tested by execution: situations and simulated attempts, rounds of repair, assertions that decide.

Source of the idea: MaestroMotif (Klissarov et al. 2025), which refines code on a unit test that the model
writes itself. There the model says whether it passed; here the test is executed, with checks of
ours added to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.design.effects import SkillClaim, judged_by, task_variables
from agent.design.refinement import Finding, code_text, refine, reply_invalid
from agent.design.simulation import SEEDS
from agent.llm.asking import Asked, LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.replies import OptionTest, SkillOption
from agent.llm.vocabulary import counts_text, game_variables
from envs.facts import Facts
from envs.game import GameSpec
from skills.code.functions import InitiationFunction, TerminationFunction
from skills.code.option_cases import CasesFunction, OptionCase
from skills.code.policy_code import SimulateStepFunction
from skills.code.sandbox import TEST_SECONDS, Sandbox
from skills.errors import CodeRejected
from skills.skill import Effects, reached

SIMULATED_SITUATIONS = 3
"""Situations in which the skill can start that attempts are simulated from."""

SHOWN_PROBLEMS = 6
"""Problems of one round that are shown."""

OnTest = Callable[[str, str, Mapping[str, Any]], None]
"""Called with a skill, ``tested`` or ``untested``, and more about it."""


def option_variables(spec: GameSpec, claim: SkillClaim, code: Sequence[str]) -> dict[str, str]:
    """The variables of ``prompts/option_test.md``: the same for every run and state of play.

    Args:
        spec: the game.
        claim: the task and what was claimed of it; what play has shown since is left out.
        code: sources that are shown, one after the other.
    """
    return {
        **game_variables(spec),
        **task_variables(claim.task),
        "needs": counts_text(claim.effects.needs),
        "obtains": counts_text(claim.effects.obtains) if not claim.task.claim else judged_by(claim.task),
        "step_cap": str(claim.reply.step_cap),
        "code": code_text(*code),
    }


@dataclass(slots=True)
class OptionTrial:
    """Carries out the test of one option.

    Attributes:
        sandbox: where the code runs.
        spec: the game.
        start: the facts at the start of an episode.
        effects: what the skill is claimed to need and to give.
        step_cap: steps after which an attempt has failed.
    """

    sandbox: Sandbox
    spec: GameSpec
    start: Facts
    effects: Effects
    step_cap: int
    _names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._names = [fact.name for fact in self.spec.facts]

    def finding(self, reply: OptionTest) -> Finding | None:
        """What is wrong; None when everything asserted holds."""
        with self.sandbox.within(TEST_SECONDS):
            problems = self._problems(reply)
        return Finding(problems=tuple(problems[:SHOWN_PROBLEMS])) if problems else None

    def _problems(self, reply: OptionTest) -> list[str]:
        try:
            initiation = InitiationFunction(self.sandbox, reply.initiation, self._names)
            termination = TerminationFunction(self.sandbox, reply.termination, self._names)
            simulate = SimulateStepFunction(self.sandbox, reply.simulate, self._names)
            cases = CasesFunction(self.sandbox, reply.cases, self._names).one(
                {name: int(self.start.get(name, 0)) for name in self._names}
            )
            return [
                *self._situations(cases, initiation, termination),
                *self._needs(cases, initiation),
                *self._attempts(cases, termination, simulate),
            ]
        except CodeRejected as error:
            return [str(error)]

    def _situations(
        self, cases: Sequence[OptionCase], initiation: InitiationFunction, termination: TerminationFunction
    ) -> Iterator[str]:
        """Situations in which a function does not say what the test expects."""
        if not any(case.initiation for case in cases):
            yield "cases has no situation in which the skill should be able to start"
        for case in cases:
            if case.initiation is not None and (said := initiation.one(case.facts)) != case.initiation:
                yield f"situation {case.why!r}: initiation says {said}, and should say {case.initiation}"
            if case.termination is not None:
                said = termination.one(case.start, case.facts, case.steps)
                if said != case.termination:
                    yield (
                        f"situation {case.why!r}: termination says {said} after {case.steps} steps, "
                        f"and should say {case.termination}"
                    )

    def _needs(self, cases: Sequence[OptionCase], initiation: InitiationFunction) -> Iterator[str]:
        """Needs without which the skill can start, taken away one by one.

        What was done in the episode (events) and bars that move by themselves (levels) are left out: an
        option need not ask for them.
        """
        for fact in self.effects.needs:
            if self.spec.fact_kinds[fact] in ("event", "level"):
                continue
            for case in cases:
                if case.initiation and initiation.one({**case.facts, fact: 0}):
                    yield (
                        f"situation {case.why!r} without any {fact}, which the skill needs: "
                        "initiation says True, and should say False"
                    )
                    break

    def _attempts(
        self, cases: Sequence[OptionCase], termination: TerminationFunction, simulate: SimulateStepFunction
    ) -> Iterator[str]:
        """Successful attempts that are given up, or that do not end in time.

        Of a skill that is judged by looking, facts do not tell when a simulated attempt succeeds.
        """
        begun = [case for case in cases if case.initiation][:SIMULATED_SITUATIONS]
        late = 0
        for case in begun:
            if termination.one(case.facts, case.facts, 0):
                yield f"situation {case.why!r}: termination gives up before the first step"
                continue
            for seed in range(SEEDS if self.effects.obtains else 0):
                steps, end = self._attempt(case.facts, termination, simulate, turn=7 * seed + 1)
                late += end == "cap"
                if end == "stopped":
                    yield (
                        f"from situation {case.why!r}, turn={7 * seed + 1}: termination gives up after "
                        f"{steps} steps of an attempt that goes well"
                    )
        if 2 * late > SEEDS * len(begun):
            yield (
                f"{late} of {SEEDS * len(begun)} simulated attempts do not bring about what a success brings "
                f"({counts_text(self.effects.obtains)}) within {self.step_cap} steps; let simulate do so"
            )

    def _attempt(
        self, begun: Facts, termination: TerminationFunction, simulate: SimulateStepFunction, turn: int
    ) -> tuple[int, str]:
        """One simulated attempt: its length, and whether it ended as ``reached``, ``stopped`` or ``cap``."""
        facts = dict(begun)
        kinds = self.spec.fact_kinds
        for step in range(self.step_cap):
            facts = {**facts, **simulate.step(facts, step, turn)}
            if reached(self.effects.obtains, kinds, begun, facts):
                return step + 1, "reached"
            if termination.one(begun, facts, step + 1):
                return step + 1, "stopped"
        return self.step_cap, "cap"


class OptionTester:
    """Has options tested, and repaired where the test finds something.

    Where no test is recorded for an option, it is taken as it is: checked on recorded play only, and
    `on_test` is told so.

    Args:
        model: the model that is asked.
        spec: the game.
        sandbox: where the code runs.
        start: the facts at the start of an episode.
        on_test: called once for every option, tested or not.
    """

    def __init__(
        self,
        model: LanguageModel,
        spec: GameSpec,
        sandbox: Sandbox,
        start: Facts,
        on_test: OnTest = lambda skill, outcome, more: None,
    ) -> None:
        self._model, self._spec, self._sandbox, self._start = model, spec, sandbox, start
        self._on_test = on_test
        self._known: dict[tuple[str, SkillOption], tuple[SkillOption, str]] = {}

    def accepted(
        self,
        claim: SkillClaim,
        option: SkillOption,
        check: Callable[[SkillOption], None],
    ) -> tuple[SkillOption, str]:
        """The option as it is to be used, and the id of the test's answer.

        The same option is tested once.

        Args:
            claim: the task and what was claimed of it.
            option: the code, which has passed `check`.
            check: what repaired code has to pass besides the test.

        Raises:
            ReplyInvalid: nothing was accepted in all rounds, or no repair is recorded.
            LLMError: no usable answer.
        """
        key = (claim.task.name, option)
        if key not in self._known:
            self._known[key] = self._tested(claim, option, check)
        return self._known[key]

    def _tested(
        self, claim: SkillClaim, option: SkillOption, check: Callable[[SkillOption], None]
    ) -> tuple[SkillOption, str]:
        name = claim.task.name
        code = (option.initiation, option.termination)
        variables = option_variables(self._spec, claim, code)
        try:
            test = self._model.ask("option_test", OptionTest, check=None, draw=0, **variables)
        except NoRecordedAnswer as missing:
            self._on_test(name, "untested", {"reason": str(missing)})
            return option, ""
        whole = {"initiation": option.initiation, "termination": option.termination}
        first = test.reply.model_copy(update=whole)
        trial = OptionTrial(self._sandbox, self._spec, self._start, claim.effects, claim.reply.step_cap)
        rounds: list[tuple[str, ...]] = []

        def tried(reply: OptionTest) -> Finding | None:
            if reply is not first:
                try:
                    check(SkillOption(initiation=reply.initiation, termination=reply.termination))
                except CodeRejected as error:
                    return Finding(problems=(str(error),))
            return trial.finding(reply)

        def ask_again(reply: OptionTest, finding: Finding) -> Asked[OptionTest]:
            parts = (reply.initiation, reply.termination, reply.cases, reply.simulate)
            asked = self._model.ask(
                "option_repair",
                OptionTest,
                check=None,
                draw=0,
                findings=finding.listed,
                **option_variables(self._spec, claim, parts),
            )
            kept = {name: getattr(asked.reply, name) or getattr(reply, name) for name in whole}
            return replace(asked, reply=asked.reply.model_copy(update=kept))

        def note(number: int, finding: Finding | None) -> None:
            rounds.append(finding.problems if finding else ())

        asked = refine(
            Asked(first, test.answer_id, test.source, test.repaired),
            tried,
            ask_again,
            reply_invalid(f"the option of {name!r}"),
            note,
        )
        self._on_test(
            name, "tested", {"answer_id": asked.answer_id, "problems": [list(found) for found in rounds]}
        )
        reply = asked.reply
        return SkillOption(initiation=reply.initiation, termination=reply.termination), asked.answer_id
