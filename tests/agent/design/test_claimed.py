"""Graphs made of a pack's claims, and Minecraft's pack."""

from collections import Counter

import pytest

from agent.design.claimed import WHOLE_GAME, claimed_graph, longest_proposal
from agent.design.effects import ask_effects
from agent.design.tasks import propose
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.errors import BadPack
from envs.registry import game_spec
from planners.graph.validation import find_problems


@pytest.fixture(scope="module")
def minecraft() -> AnswerPack:
    return shipped_pack("minecraft")


def test_a_graph_holds_every_claim_of_the_pack():
    pack = shipped_pack("toy")
    graph = claimed_graph(game_spec("toy"), pack)
    assert len(graph) == len(longest_proposal(pack)) == 6
    assert graph.claim("make_pick").consumes == {"stone": 1, "wood": 1}
    assert not any(graph.available(name) for name in graph.skills())


def test_a_pack_without_tasks_or_with_a_task_without_claims_is_refused():
    with pytest.raises(
        BadPack, match=r"^the pack of 'toy' proposes no tasks, so there is nothing to plan with$"
    ):
        claimed_graph(game_spec("toy"), AnswerPack("toy"))
    whole = shipped_pack("toy")
    proposals = AnswerPack("toy", answers=[a for a in whole if a.request.prompt_id == "propose_tasks"])
    with pytest.raises(BadPack, match=r"^the pack of 'toy' claims nothing of '[a-z_]+', which it proposes$"):
        claimed_graph(game_spec("toy"), proposals)


@pytest.mark.slow
def test_minecrafts_claims_answer_todays_questions_and_pass_their_checks(minecraft: AnswerPack):
    """One in ten is asked again; all are keyed on the same briefing."""
    spec, model = game_spec("minecraft"), LanguageModel(records=[minecraft])
    tasks, _ = propose(model, spec, count=WHOLE_GAME)
    for task in tasks[::10]:
        ask_effects(model, spec, task)
    briefings = {answer.request.messages[0].content for answer in minecraft}
    assert len(briefings) == 1


def test_minecrafts_graph_has_no_unknown_facts_and_no_circle_without_a_way_in(minecraft: AnswerPack):
    spec = game_spec("minecraft")
    graph = claimed_graph(spec, minecraft)
    serious = [problem for problem in find_problems(graph, spec) if problem.severity == "error"]
    assert serious == []
    assert set(graph.facts()) <= set(spec.fact_index)


def test_minecrafts_answers_say_where_they_are_from(minecraft: AnswerPack):
    assert {answer.source.kind for answer in minecraft} == {"recorded"}
    notes = Counter(
        answer.source.note.partition(", ")[2].partition(" (carried over")[0] for answer in minecraft
    )
    later = {"for practice in the block world; no part of precision and recall", "after the claims"}
    assert {note: n for note, n in notes.items() if not note.endswith(tuple(later))} == {
        "before any recipe data was read": 330,
        "after recipe data was read; no part of precision and recall": 4,
    }
