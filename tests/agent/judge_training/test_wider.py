"""The words that the translator learns from are not those that it is measured on."""

import re

import numpy as np

from agent.judge_training.heldout import is_held_out
from agent.judge_training.wider import draw_others, draw_sayings, trained_words, wider_lexicon
from agent.judges.embedded.claims import read_claim
from agent.judges.embedded.grammar import OTHER, row_of
from agent.judges.embedded.lexicon import load_lexicon, words_of
from agent.judges.embedded.sentences import written_sentences

SLOTS = re.compile(r"\{[a-z]+\}")


def new_texts() -> list[str]:
    lexicon = load_lexicon()
    nouns = [f"{noun.one} {noun.several}" for _, new in lexicon.nouns.values() for noun in new]
    ways = [*lexicon.sides.values(), *lexicon.joins.values()]
    ways += [way for sentence in lexicon.sentences for _, way in sentence.all()]
    written = [text for said in written_sentences() for text in said.new]
    return [*nouns, *(text for way in ways for text in way.new), *written]


def test_no_new_word_is_in_a_sentence_of_training() -> None:
    known = load_lexicon().known_words()
    known |= {word for said in written_sentences() for text in said.known for word in words_of(text)}
    new = set(words_of(" ".join(new_texts()))) - known
    assert len(new) > 300
    assert not new & trained_words()


def test_a_sentence_made_of_two_holds_both() -> None:
    joins = wider_lexicon().joins
    for name in ("and", "without", "either"):
        assert not [text for text in joins[name].known if not {"{a}", "{b}"} <= set(SLOTS.findall(text))]
    assert all("{a}" in text for text in joins["negated"].known)
    assert all({"{n}", "{s}"} <= set(SLOTS.findall(text)) for text in joins["fewer"].known)


def test_sentences_are_drawn_for_claims_that_are_not_held_out() -> None:
    sayings = draw_sayings(np.random.default_rng(1), 400)
    assert len({saying.text for saying in sayings}) > 300
    assert not any(is_held_out(read_claim(saying.short)) for saying in sayings)
    assert not any("{" in saying.text for saying in sayings)
    assert set(words_of(" ".join(saying.text for saying in sayings))) <= trained_words() | set("0123456789")


def test_what_claims_cannot_say_is_marked() -> None:
    sayings = draw_others(np.random.default_rng(1), 150)
    assert all(OTHER in saying.short for saying in sayings)
    assert any(saying.short.startswith("and ") for saying in sayings)
    assert all(row_of(saying.short) is not None for saying in sayings if saying.short == OTHER)
