"""Answers under the keys of questions that grew, and answers that do not stand any more."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from agent.llm.answer import Answer
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.carrying import carry_over
from agent.llm.pack_writer import record_authored, record_repair
from agent.llm.question import build_request
from agent.llm.replies import GoalFacts
from agent.llm.vocabulary import game_variables
from envs.facts import FactSpec
from envs.game import GameSpec
from envs.registry import game_spec

GOAL = {"goal": "a nice warm bench"}
REPLY = {"facts": {"did.place_bench": 1}, "impossible": ""}
NEW = FactSpec(name="moon", description="1 while the moon is up", kind="status", low=0, high=1)


@pytest.fixture
def toy() -> GameSpec:
    return game_spec("toy")


def pack_of(spec: GameSpec) -> tuple[AnswerPack, Answer]:
    pack = AnswerPack(spec.name)
    return pack, record_authored("parse_goal", {**game_variables(spec), **GOAL}, REPLY, pack, note="by hand")


def grown(spec: GameSpec, tmp_path: Path) -> GameSpec:
    """The game with a fact, a thing to look for and a line of the manual more."""
    assert spec.manual is not None
    manual = tmp_path / "manual.md"
    manual.write_text(spec.manual.read_text() + "\nThe moon rises.\n")
    return dataclasses.replace(
        spec,
        facts=(spec.facts[0], NEW, *spec.facts[1:]),
        seekable={"moon": "the moon", **spec.seekable},
        manual=manual,
    )


def test_an_answer_stands_where_the_vocabulary_only_grew(toy: GameSpec, tmp_path: Path) -> None:
    pack, old = pack_of(toy)
    spec = grown(toy, tmp_path)
    done = carry_over(pack, spec)
    (now,) = done.carried
    assert (done.unchanged, done.refused) == (0, ())
    assert now.id == build_request("parse_goal", {**game_variables(spec), **GOAL}).key != old.id
    assert (now.reply, now.source.note) == (old.reply, f"by hand (carried over from {old.id})")
    assert list(pack) == [now]
    asked = LanguageModel(records=[pack]).ask("parse_goal", GoalFacts, **game_variables(spec), **GOAL)
    assert asked.reply.facts == REPLY["facts"]


def test_an_answer_that_is_carried_twice_names_the_key_that_it_had_last(
    toy: GameSpec, tmp_path: Path
) -> None:
    pack, _ = pack_of(toy)
    (first,) = carry_over(pack, grown(toy, tmp_path)).carried
    (second,) = carry_over(pack, toy).carried or (first,)
    assert second is first, "a vocabulary that shrank carries nothing"
    spec = dataclasses.replace(grown(toy, tmp_path), explorable={**toy.explorable, "sky": "the sky"})
    (third,) = carry_over(pack, spec).carried
    assert third.source.note == f"by hand (carried over from {first.id})"


def test_where_nothing_changed_nothing_is_done(toy: GameSpec) -> None:
    pack, old = pack_of(toy)
    done = carry_over(pack, toy)
    assert (done.carried, done.unchanged, list(pack)) == ((), 1, [old])


def test_the_answer_of_a_repair_round_is_carried_with_its_question(toy: GameSpec, tmp_path: Path) -> None:
    pack, _ = pack_of(toy)
    variables = {**game_variables(toy), **GOAL}
    record_repair("parse_goal", variables, "no such fact", REPLY, pack)
    assert len(carry_over(pack, grown(toy, tmp_path)).carried) == 2


def test_a_fact_that_went_or_means_something_else_is_named(toy: GameSpec, tmp_path: Path) -> None:
    pack, old = pack_of(toy)
    last = toy.facts[-1]
    fewer = dataclasses.replace(toy, facts=toy.facts[:-1])
    changed = dataclasses.replace(last, description="something else")
    other = dataclasses.replace(toy, facts=(*toy.facts[:-1], changed))
    for spec in (fewer, other):
        (refusal,) = carry_over(pack, spec).refused
        assert refusal.answer == old
        assert refusal.reason == f"of the facts that the model was told, {last.name!r} changed or went"
        assert list(pack) == [old], "left as it is"


def test_an_action_that_went_is_named(toy: GameSpec) -> None:
    pack, _ = pack_of(toy)
    (refusal,) = carry_over(pack, dataclasses.replace(toy, actions=toy.actions[1:])).refused
    assert refusal.reason == f"of the actions that the model was told, {toy.actions[0]!r} changed or went"


def test_a_reply_that_does_not_pass_its_checks_any_more_is_refused(toy: GameSpec, tmp_path: Path) -> None:
    pack, old = pack_of(toy)
    pack.remove(old.id)
    pack.add(Answer(request=old.request, reply="no idea", source=old.source))
    (refusal,) = carry_over(pack, grown(toy, tmp_path)).refused
    assert refusal.reason.startswith("its reply is no longer valid")


def test_another_version_of_the_prompt_is_another_question(toy: GameSpec, tmp_path: Path) -> None:
    pack, old = pack_of(toy)
    pack.remove(old.id)
    request = old.request.model_copy(update={"prompt_version": 7})
    pack.add(Answer(request=request, reply=old.reply, source=old.source))
    (refusal,) = carry_over(pack, grown(toy, tmp_path)).refused
    assert "another version" in refusal.reason


def test_another_wording_of_the_briefing_is_another_question(toy: GameSpec) -> None:
    pack, old = pack_of(toy)
    pack.remove(old.id)
    first = old.request.messages[0]
    said = first.model_copy(update={"content": first.content.replace("You design", "Design")})
    request = old.request.model_copy(update={"messages": (said, *old.request.messages[1:])})
    pack.add(Answer(request=request, reply=old.reply, source=old.source))
    (refusal,) = carry_over(pack, toy).refused
    assert refusal.reason == "the wording of its briefing is no longer that of the prompt"


@pytest.mark.parametrize("game", ["toy", "crafter", "nethack"])
def test_shipped_answers_are_those_to_the_present_questions(game: str) -> None:
    pack = shipped_pack(game)
    done = carry_over(pack, game_spec(game))
    assert (done.carried, done.refused) == ((), ())
