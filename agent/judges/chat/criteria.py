"""What must hold for a claim to be true, as a chat model breaks it down; asked once a claim."""

from __future__ import annotations

from dataclasses import dataclass, field

from agent.judges.errors import ClaimTooLong
from agent.llm.asking import LanguageModel
from agent.llm.replies import ClaimCriteria
from envs.game import GameSpec

LONGEST_CLAIM = 1_000
"""Characters of a claim that are read: cut short it would be another claim."""


@dataclass(slots=True)
class CriteriaBook:
    """Claims and their criteria.

    Attributes:
        model: who is asked.
        game: the game that is judged.
    """

    model: LanguageModel
    game: GameSpec
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, claim: str) -> tuple[str, ...]:
        """The criteria of a claim.

        Raises:
            ClaimTooLong: it has more characters than are read.
            LLMError: the model gave no usable reply.
        """
        if len(claim) > LONGEST_CLAIM:
            raise ClaimTooLong(
                f"the claim has {len(claim):,} characters; say it in at most {LONGEST_CLAIM:,}"
            )
        if claim not in self._known:
            view = "the terminal at some moments" if self.game.terminal else "pictures of some moments"
            asked = self.model.ask(
                "claim_criteria", ClaimCriteria, game=self.game.title, view=view, claim=claim
            )
            self._known[claim] = asked.reply.criteria
        return self._known[claim]


def numbered(criteria: tuple[str, ...]) -> str:
    """Criteria as a list for the model."""
    return "\n".join(f"{number}. {text}" for number, text in enumerate(criteria, 1))
