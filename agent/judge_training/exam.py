"""The sets of questions on which a judge is calibrated and measured."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import numpy as np

from agent.judge_training.bank import Bank
from agent.judge_training.heldout import GROUPS, is_held_out, tasks_of
from agent.judge_training.items import Item, Questioner, draw_kinds, written_for
from agent.judge_training.measuring import Answer
from agent.judge_training.pool import draw_claims
from agent.judges.embedded.claims import Claim
from agent.judges.embedded.judge import EmbeddedJudge
from agent.judges.embedded.lexicon import Lexicon, Noun, Sentence, Wordings, load_lexicon
from agent.judges.embedded.scoring import Look, Score
from agent.judges.embedded.sentences import written_sentences
from agent.judges.embedded.wording import Speaker

Half = Literal["calibration", "evaluation"]
"""New words are divided: caution with them is learned on one half, and measured on the other."""

FRESH: Final = Path(__file__).parent / "data" / "fresh_sentences.toml"
"""Sentences by a writer who had seen neither the words of training nor those kept for evaluation."""
CLAIMS: Final = 150
"""Claims of a set."""
JOINED: Final = 150
"""Joined claims that are drawn before `CLAIMS` are chosen."""
EACH: Final = 11
"""Attempts of which a claim holds, and of which it does not."""
TASK_EACH: Final = 40
"""The same for held-out tasks."""
NEW_CLAIMS: Final = 60
"""Claims in new words, beside those for which new sentences were written."""
SENTENCES: Final = 3
"""Different sentences in known words for a claim in a set; in new words there is one, and one written."""
CALIBRATING: Final = 6
"""The same in new words where caution is learned: errors hang on sentences, so that many are needed."""


@dataclass(frozen=True, slots=True)
class Exam:
    """Questions about the attempts of a bank, by set."""

    bank: Bank
    sets: dict[str, list[Item]]


def half_of(text: str) -> Half:
    """To which half new words belong."""
    return "calibration" if hashlib.sha256(text.encode()).digest()[0] % 2 else "evaluation"


def half_lexicon(half: Half) -> Lexicon:
    """The lexicon with only one half of its new words."""
    whole = load_lexicon()
    return Lexicon(
        {key: (known, _half_nouns(new, half)) for key, (known, new) in whole.nouns.items()},
        {side: _half(ways, half) for side, ways in whole.sides.items()},
        tuple(_half_sentence(s, half) for s in whole.sentences),
        {name: _half(ways, half) for name, ways in whole.joins.items()},
    )


def _half_sentence(sentence: Sentence, half: Half) -> Sentence:
    return replace(
        sentence,
        plain=_half(sentence.plain, half),
        ing=_half(sentence.ing, half),
        without=_half(sentence.without, half),
        negated=_half(sentence.negated, half),
    )


def _half(ways: Wordings, half: Half) -> Wordings:
    return Wordings(ways.known, tuple(text for text in ways.new if half_of(text) == half))


def _half_nouns(nouns: Sequence[Noun], half: Half) -> tuple[Noun, ...]:
    return tuple(noun for noun in nouns if half_of(noun.one) == half)


def make_exam(bank: Bank, seed: int, half: Half, *, tasks: bool) -> Exam:
    """Questions in known and in new words; with `tasks` about held-out tasks and in fresh sentences too."""
    rng = np.random.default_rng(seed)
    questioner = Questioner(bank, rng)
    claims = draw_kinds(draw_claims(questioner.shown, rng, JOINED), CLAIMS, rng)
    written = [said.claim for said in written_sentences() if not is_held_out(said.claim)]
    known, new = Speaker(rng), Speaker(rng, new=True, lexicon=half_lexicon(half))
    sets = {
        "held_out_seeds": _set(questioner, claims, known, EACH, None),
        "held_out_phrasings": _set(questioner, [*_few(claims, half), *written], new, EACH, half),
    }
    if tasks:
        sets |= {group: _set(questioner, tasks_of(group), known, TASK_EACH, None) for group in GROUPS}
        sets["fresh_phrasings"] = _fresh(questioner)
    return Exam(bank, sets)


def _fresh(questioner: Questioner) -> list[Item]:
    """Questions in sentences that nobody chose with the judge's words in mind."""
    return [
        item for said in written_sentences(FRESH) for item in questioner.items(said.claim, EACH, said.new)
    ]


def _few(claims: Sequence[Claim], half: Half) -> Sequence[Claim]:
    """Those of which new words are asked about."""
    return claims if half == "calibration" else claims[:NEW_CLAIMS]


def _set(
    questioner: Questioner, claims: Sequence[Claim], speaker: Speaker, each: int, half: Half | None
) -> list[Item]:
    items = []
    for claim in dict.fromkeys(claims):
        written = [t for t in written_for(claim, new=half is not None) if half is None or half_of(t) == half]
        most = SENTENCES if half is None else CALIBRATING if half == "calibration" else 1
        texts = list(dict.fromkeys(t for t in (speaker.say(claim) for _ in range(most)) if t))
        items += questioner.items(claim, each, [*texts, *written[:most]])
    return items


def texts_of(exam: Exam) -> list[str]:
    """All sentences of an exam."""
    return list(dict.fromkeys(item.text for items in exam.sets.values() for item in items))


def look_at(judge: EmbeddedJudge, exam: Exam) -> dict[int, Look]:
    """The judge's look at every attempt that it is asked about."""
    bank, looks = exam.bank, dict[int, Look]()
    for attempt in dict.fromkeys(item.attempt for items in exam.sets.values() for item in items):
        rows, moments = np.unique(bank.moments[attempt], return_inverse=True)
        looks[attempt] = judge.look(
            judge.network.tiles(bank.tiles[rows]), moments, bool(bank.course_seen[attempt])
        )
    return looks


def scores(
    judge: EmbeddedJudge, looks: Mapping[int, Look], items: Sequence[Item], *, only_text: bool = False
) -> list[Score]:
    """What the judge says to questions, before calibration."""
    return [judge.score(item.text, looks[item.attempt], only_text=only_text) for item in items]


def answers(
    judge: EmbeddedJudge, exam: Exam, looks: Mapping[int, Look], name: str, *, only_text: bool = False
) -> list[Answer]:
    """The judge's verdicts on a set."""
    found, items = [], exam.sets[name]
    for item, score in zip(items, scores(judge, looks, items, only_text=only_text), strict=True):
        scale = judge.scale_of(score)
        chance = float(scale.chance(score.logit))
        counts = exam.bank.truths.counts[exam.bank.moments[item.attempt]]
        found.append(
            Answer(
                holds=item.holds,
                outcome="unclear" if score.way == "unseen" else scale.outcome(chance),
                chance=chance,
                seed=int(exam.bank.episodes[item.attempt]),
                hard=item.hard,
                way=score.way,
                claim=str(item.claim),
                changed=bool((counts[0] != counts[-1]).any()),
            )
        )
    return found
