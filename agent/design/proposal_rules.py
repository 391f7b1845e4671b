"""Which proposed tasks are taken: specific, checkable, not trivial, reachable, one new thing, new at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from agent.design.proposer import Situation
from agent.likeness.effects import normal_effects
from agent.likeness.overlap import MOST_ALIKE, Entry, overlaps
from agent.likeness.reserved import ReservedTask
from agent.likeness.words import Likeness, lemmas
from agent.llm.replies import ProposedTask
from envs.errors import did_you_mean
from envs.facts import Facts
from envs.game import GameSpec
from envs.text import brief
from skills.skill import is_gain, reached

FEWEST_WORDS = 3
"""Words with a meaning of its own that a claim must have."""
MOST_NEW = 1
"""Facts that a task may bring and no admitted skill does."""
VAGUE = frozenset(("some", "something", "good", "well", "nice", "efficiently", "better", "properly"))
"""Words that leave open whether a claim is met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTask:
    """What was proposed before, as far as duplicates are told by it.

    Attributes:
        name: of the task or skill.
        description: what is achieved, in words.
        obtains: facts that it brings.
        claim: what must be seen, for one without facts.
    """

    name: str
    description: str
    obtains: Mapping[str, int]
    claim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a proposed task is held against.

    Attributes:
        spec: the game.
        first: the facts at the start of a game.
        known: everything that was proposed before.
        reserved: tasks of evaluations, which no library may be made for.
        looking: whether anybody judges by looking here.
        understood: whether who looks can read a claim.
    """

    spec: GameSpec
    first: Facts
    known: Sequence[KnownTask] = ()
    reserved: Sequence[ReservedTask] = ()
    looking: bool = True
    understood: Callable[[str], bool] = lambda claim: True

    def sifted(
        self, tasks: Sequence[ProposedTask], situation: Situation
    ) -> tuple[tuple[ProposedTask, ...], dict[str, str]]:
        """The tasks that are taken, and why each of the others is not.

        Tasks are held against each other as well, the first of two being taken.
        """
        taken: list[ProposedTask] = []
        refused: dict[str, str] = {}
        for task in tasks:
            if why := self.objection(task, situation, taken):
                refused[task.name] = why
            else:
                taken.append(task)
        return tuple(taken), refused

    def objection(self, task: ProposedTask, situation: Situation, others: Sequence[ProposedTask] = ()) -> str:
        """Why a task is not taken, in a few words; empty when it is.

        Args:
            task: the task.
            situation: how far the session has come.
            others: tasks that were taken just now.
        """
        known = [*self.known, *map(known_task, others)]
        return next(
            filter(
                None, (*self._of_itself(task), self._repeated(task, known), *self._in_place(task, situation))
            ),
            "",
        )

    def _of_itself(self, task: ProposedTask) -> Iterator[str]:
        """What is wrong with it wherever it is proposed."""
        for fact, count in task.obtains.items():
            if fact not in self.spec.fact_index:
                yield f"{brief(fact)} is no fact of the game{did_you_mean(fact, self.spec.fact_index)}"
                return
            if count > self.spec.facts[self.spec.fact_index[fact]].high:
                yield f"{fact} never gets as high as {count}"
        if task.claim and not self.looking:
            yield "no facts state it, and nobody here judges by looking"
        elif task.claim and not self.understood(task.claim):
            yield "no facts state it, and the judge here cannot read the claim"
        if task.claim and len(lemmas(task.claim)) < FEWEST_WORDS:
            yield "the claim says too little to be judged by looking"
        if vague := sorted(VAGUE & set(task.claim.lower().split())):
            yield f"the claim is vague: {vague[0]!r} leaves open whether it is met"
        if not task.claim and self._holds_at_once(task.obtains):
            yield "it holds at the start of every game"

    def _holds_at_once(self, obtains: Mapping[str, int]) -> bool:
        """Whether nothing has to be done for it; bars are full at first and are not counted."""
        kinds = self.spec.fact_kinds
        changes = any(is_gain(kinds[fact]) or kinds[fact] == "level" for fact in obtains)
        return not changes and reached(obtains, kinds, self.first, self.first)

    def _repeated(self, task: ProposedTask, known: Sequence[KnownTask]) -> str:
        """Of what it is a duplicate: by name, by effects, by words where facts do not tell the two apart."""
        brings, words = telling_effects(task.obtains), task.claim or task.description
        for other in known:
            if task.name == other.name:
                return f"{other.name} was proposed before"
            if not task.claim and not other.claim:
                if brings == telling_effects(other.obtains):
                    return f"it brings the same as {other.name}"
            elif self._say_the_same(words, other.claim or other.description, known):
                return f"it says the same as {other.name}"
        return ""

    def _say_the_same(self, text: str, other: str, known: Sequence[KnownTask]) -> bool:
        """Whether two texts speak of the same things, in nearly the same words."""
        vocabulary = words_of_names((*self.spec.fact_index, *self.spec.seekable, *self.spec.aliases))
        if things(text, vocabulary) != things(other, vocabulary):
            return False
        texts = {f"{i}": one.claim or one.description for i, one in enumerate(known)}
        return Likeness({**texts, "other": other}).alike(text, "other") >= MOST_ALIKE

    def _in_place(self, task: ProposedTask, situation: Situation) -> Iterator[str]:
        """What is wrong with it now, or because of an evaluation."""
        texts = tuple(filter(None, (task.name, task.description, task.claim)))
        entry = Entry(name=task.name, texts=texts, obtains=task.obtains)
        if found := overlaps(self.reserved, (entry,)):
            yield f"it is too close to a task of the suite {found[0].suite}"
        if task.name in situation.failed:
            yield f"it was tried before: {situation.failed[task.name]}"
        new = [fact for fact in normal_effects(task.obtains) if fact not in situation.brings]
        if not task.claim and len(new) > MOST_NEW:
            yield f"{len(new)} new things at once: {', '.join(new)}"


@cache
def words_of_names(names: tuple[str, ...]) -> frozenset[str]:
    """The words by which a game calls its things."""
    return frozenset(word for name in names for word in lemmas(name.replace("_", " ").replace(".", " ")))


@lru_cache(maxsize=4096)
def things(text: str, vocabulary: frozenset[str]) -> frozenset[str]:
    """What of the game a text speaks of, and counts: texts that differ in it mean different things."""
    return frozenset(word for word in lemmas(text) if word in vocabulary or word.isdigit())


def telling_effects(obtains: Mapping[str, int]) -> dict[str, int]:
    """The facts without the events that only say how a thing among them was come by.

    >>> telling_effects({"wood": 1, "did.collect_wood": 1})
    {'wood': 1}
    >>> telling_effects({"health": 7, "did.defeat_zombie": 1})
    {'did.defeat_zombie': 1, 'health': 7}
    """
    told = normal_effects(obtains)
    things = [set(fact.split(".")[-1].split("_")) for fact in told if not fact.startswith("did.")]
    events = {
        fact: count
        for fact, count in obtains.items()
        if fact.startswith("did.") and not any(thing <= set(fact[4:].split("_")) for thing in things)
    }
    return dict(sorted({**told, **events}.items()))


def known_task(task: ProposedTask) -> KnownTask:
    """A proposed task as one that is known."""
    return KnownTask(name=task.name, description=task.description, obtains=task.obtains, claim=task.claim)
