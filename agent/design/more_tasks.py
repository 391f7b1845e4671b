"""One question: what is worth learning next, asked again as the library grows.

Source of the idea: PAE (Zhou et al. 2024), which has tasks proposed from what an agent has met; the rules
against trivial, unreachable and repeated tasks are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agent.design.proposer import Proposals, Situation
from agent.llm.asking import LanguageModel
from agent.llm.replies import TaskProposals
from agent.llm.vocabulary import game_variables
from envs.game import GameSpec
from envs.text import plain

MOST_LINES = 120
"""Lines of one list in the question."""
LONGEST_LINE = 200
"""Characters of one of them."""


class ModelProposer:
    """Asks the model.

    Args:
        model: the model that is asked.
        spec: the game.
    """

    name = "model"

    def __init__(self, model: LanguageModel, spec: GameSpec) -> None:
        self._model, self._spec = model, spec

    def propose(self, situation: Situation, count: int) -> Proposals:
        """Tasks by the model, the best first. Raises `LLMError`.

        Each task is checked by itself afterwards, so that one bad task loses no others.
        """
        asked = self._model.ask(
            "propose_more_tasks",
            TaskProposals,
            check=None,
            draw=situation.asked,
            count=str(count),
            **situation_variables(situation),
            **game_variables(self._spec),
        )
        return Proposals(tasks=asked.reply.tasks[:count], source=self.name, answer_id=asked.answer_id)


def situation_variables(situation: Situation) -> dict[str, str]:
    """The prompt variables that tell how far the session has come.

    >>> situation_variables(Situation(mastered={"chop": 0.9}))["mastered"]
    '- chop: 90 %'
    """
    return {
        "mastered": _listed(
            f"{name}: {rate:.0%}".replace("%", " %") for name, rate in _sorted(situation.mastered)
        ),
        "failed": _listed(f"{name}: {why}" for name, why in _sorted(situation.failed)),
        "known": _listed(f"{name}: {text}" for name, text in _sorted(situation.known)),
        "seen": _listed(f"{fact} {value}" for fact, value in _sorted(situation.seen) if value),
    }


def _sorted(values: Mapping[str, object]) -> list[tuple[str, object]]:
    return sorted(values.items())


def _listed(lines: Iterable[str]) -> str:
    """Lines as a list, cut where there are very many."""
    all_lines = [plain(line, LONGEST_LINE) for line in lines]
    more = [f"- and {len(all_lines) - MOST_LINES} more"] if len(all_lines) > MOST_LINES else []
    return "\n".join([*(f"- {line}" for line in all_lines[:MOST_LINES]), *more]) or "- (nothing yet)"
