"""A person who proposes tasks, in the terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from agent.design.more_tasks import situation_variables
from agent.design.proposer import Proposals, Situation
from agent.llm.replies import ProposedTask
from agent.person import Conversation, NobodyThere, Person, question
from envs.game import GameSpec
from envs.text import plain
from planners.errors import UnknownGoal
from planners.goal_parser import parse_goal
from planners.graph.graph import SkillGraph
from planners.plan import facts_in_words

LONGEST_TASK: Final = 250
"""Characters of one task."""
_LONGEST_NAME: Final = 34
_SHORTEST: Final = 8
_NOTHING: Final = "nobody proposes anything more"


@dataclass(slots=True)
class PersonProposer:
    """Tells how far the session has come, and takes one task a line until an empty line or Ctrl-D.

    A line that says facts is learned by them; any other is taken at its word, and judged by looking.

    Attributes:
        person: who is asked.
        spec: the game.
        graph: what words may mean.
    """

    person: Person
    spec: GameSpec
    graph: SkillGraph
    name: str = "person"

    def propose(self, situation: Situation, count: int) -> Proposals:
        """Tasks by the person, in their order; none when they have none or are gone."""
        told = situation_variables(situation)
        text = "\n\n".join(f"{heading}:\n{lines}" for heading, lines in told.items())
        asked = question("person_tasks", f"{text}\n\nasked before: {situation.asked}", self.spec.name)
        try:
            said = self.person.answer(asked, lambda somebody: self._ask(somebody, told, count))
        except NobodyThere as error:
            return Proposals(tasks=(), source=self.name, nothing_because=str(error))
        tasks = self._tasks(json.loads(said), situation)
        because = "" if tasks else _NOTHING
        return Proposals(tasks=tasks, source=self.name, answer_id=asked.key, nothing_because=because)

    def _ask(self, somebody: Conversation, told: dict[str, str], count: int) -> str:
        """The lines that were typed, as a list in JSON."""
        somebody.tell(f"\nMastered in {self.spec.title}:\n{told['mastered']}")
        somebody.tell(f"Given up or refused:\n{told['failed']}")
        somebody.tell(f"What should be learned next? At most {count}, one a line; an empty line ends it.")
        lines: list[str] = []
        while len(lines) < count:
            try:
                line = somebody.ask("> ").strip()
            except NobodyThere:
                if not lines:
                    raise
                break
            if not line:
                break
            lines.append(plain(line, LONGEST_TASK))
            somebody.tell(self._understood(lines[-1]))
        return json.dumps(lines)

    def _understood(self, line: str) -> str:
        facts = self._facts(line)
        return f"understood: {facts_in_words(facts)}" if facts else "no fact states it: judged by looking"

    def _facts(self, line: str) -> dict[str, int]:
        """The facts that a line says; none where it says something else."""
        try:
            return dict(parse_goal(line, self.graph, self.spec).facts)
        except UnknownGoal:
            return {}

    def _tasks(self, lines: list[str], situation: Situation) -> tuple[ProposedTask, ...]:
        tasks: list[ProposedTask] = []
        for line in lines:
            facts = self._facts(line)
            taken = {*situation.known, *(task.name for task in tasks)}
            tasks.append(
                ProposedTask(
                    name=_named(line, taken),
                    kind="act",
                    description=line if len(line) >= _SHORTEST else f"Learn to {line}.",
                    obtains=facts,
                    claim="" if facts else line,
                    difficulty=3,
                )
            )
        return tuple(tasks)


def _named(line: str, taken: Container[str]) -> str:
    """A skill's name made of a task's words.

    >>> _named("Stand between 2 trees!", {"stand_between_2_trees"})
    'stand_between_2_trees_2'
    """
    words = re.sub(r"[^a-z0-9]+", "_", line.lower()).strip("_")
    base = words[:_LONGEST_NAME].rstrip("_")
    base = base if base[:1].isalpha() else f"task_{base}".rstrip("_")
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
