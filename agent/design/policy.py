"""The strategist: asks for a policy over skills for a task, and takes it only if it works when tried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.design.rehearsal import Finding, rehearse
from agent.errors import NoStrategy
from agent.llm.asking import Asked, LanguageModel
from agent.llm.errors import NoRecordedAnswer
from agent.llm.replies import SkillPolicy
from agent.llm.vocabulary import counts_text, game_variables
from agent.play.kit import Kit, PolicyOverSkills
from envs.errors import did_you_mean
from envs.facts import Facts
from envs.game import GameSpec
from planners.graph.graph import SkillGraph
from skills.code.sandbox import Sandbox

ROUNDS = 3
"""Times that a model may put its policy right after it was tried out."""


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


class Strategist:
    """Writes policies over the skills of a kit.

    Args:
        model: the model's seat.
        kit: the skills.
        spec: the game.
        sandbox: where the code runs.
        start: the facts at the start of an episode, for trying policies out.
        on_round: called after every round with its number, from 1, and what was wrong; None for nothing.
    """

    def __init__(
        self,
        model: LanguageModel,
        kit: Kit,
        spec: GameSpec,
        sandbox: Sandbox,
        start: Facts,
        *,
        on_round: Callable[[int, Finding | None], None] = lambda number, finding: None,
    ) -> None:
        self._model = model
        self._kit = kit
        self._spec = spec
        self._sandbox = sandbox
        self._start = start
        self._on_round = on_round
        self._names = [fact.name for fact in spec.facts]
        self._skills = tuple(sorted(kit.skills))

    def write(self, task: str, goal: Mapping[str, int] | None = None) -> PolicyOverSkills:
        """A policy for `task` that was tried out and accepted.

        Args:
            task: what to do, in words.
            goal: facts that the task is known to mean; they must hold besides those that the model names.

        Raises:
            NoStrategy: no skill serves the task, or no policy was accepted in all rounds.
            LLMError: no usable answer; `NoRecordedAnswer` among them.
        """
        variables = kit_variables(self._kit, self._spec, task)
        asked = self._model.ask("skill_policy", SkillPolicy, check=self._check_names, draw=0, **variables)
        number = 0
        while True:
            number += 1
            reply = asked.reply
            if reply.impossible:
                self._refuse(task, reply)
            aim = {**reply.goal, **(goal or {})}
            finding = rehearse(self._sandbox, reply, self._skills, self._names, self._start, aim)
            self._on_round(number, finding)
            if finding is None:
                return PolicyOverSkills(
                    task=task, source=reply.choose, skills=self._skills, answer_id=asked.answer_id, goal=aim
                )
            if number > ROUNDS:
                raise NoStrategy(
                    f"no policy over skills for {task!r} was accepted, {ROUNDS} repaired ones included; of "
                    f"the last one: {'; '.join(finding.problems)}. Say the task in other words, or ask "
                    "another model with --llm"
                )
            asked = self._repaired(variables, reply, finding)

    def _repaired(
        self, variables: Mapping[str, str], reply: SkillPolicy, finding: Finding
    ) -> Asked[SkillPolicy]:
        try:
            return self._model.ask(
                "skill_policy_repair",
                SkillPolicy,
                check=self._check_names,
                draw=0,
                code="\n\n".join(
                    [
                        f"goal = {dict(reply.goal)}",
                        reply.choose.strip(),
                        reply.simulate.strip(),
                        reply.check.strip(),
                    ]
                ),
                findings="\n".join(f"- {problem}" for problem in finding.problems),
                trace=finding.trace,
                **variables,
            )
        except NoRecordedAnswer as missing:
            raise NoStrategy(
                f"the recorded policy over skills for {variables['task']!r} was rejected when it was tried "
                f"out: {'; '.join(finding.problems)}. And there is no repaired one: {missing}"
            ) from missing

    def _check_names(self, reply: SkillPolicy) -> None:
        for fact in reply.goal:
            if fact not in self._spec.fact_index:
                raise ValueError(
                    f"the goal names {fact!r}, which is no fact{did_you_mean(fact, self._spec.fact_index)}"
                )

    def _refuse(self, task: str, reply: SkillPolicy) -> None:
        raise NoStrategy(
            f"{task!r} cannot be done with the skills at hand: {reply.impossible} Skills: "
            f"{', '.join(self._skills) or 'none'}"
        )
