from typing import Any

import pytest

from agent.design.effects import add_claim, ask_effects, task_variables
from agent.design.tasks import propose
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.errors import ReplyInvalid
from agent.testing.abilities import Ability
from agent.testing.model import scripted_model
from agent.testing.toy import SPEC
from planners.graph.graph import SkillGraph
from planners.graph.validation import find_problems
from skills.skill import Effects, SkillKind

PICK = Ability(
    name="make_pick",
    kind="craft",
    obtains={"pick": 1},
    requires={"near.bench": 1},
    consumes={"wood": 1, "stone": 1},
    action="make_pick",
    until=False,
    step_cap=8,
)
CHOP = Ability(
    name="chop", obtains={"wood": 1, "did.collect_wood": 1}, seek=("tree",), actions=("up", "take")
)


def test_the_question_names_the_task() -> None:
    model, chat = scripted_model(CHOP.reply)
    claim = ask_effects(model, SPEC, CHOP.task)
    assert claim.task == CHOP.task
    assert claim.effects == Effects(obtains={"wood": 1, "did.collect_wood": 1})
    question = chat.asked[0][-1][1]
    assert "Skill: chop\nKind: act\nDescription: Do what chop says." in question
    assert "Success is judged by: did.collect_wood 1, wood 1" in question
    assert task_variables(CHOP.task)["obtains"] == "did.collect_wood 1, wood 1"


@pytest.mark.parametrize(
    ("ability", "change", "reason"),
    [
        (
            PICK,
            {"requires": {"near.bank": 1}},
            "'near.bank' is no fact of the game; did you mean 'near.bench'",
        ),
        (PICK, {"holds": {"hammer": 1}}, "'hammer' is no fact of the game"),
        (PICK, {"consumes": {"wod": 1}}, "'wod' is no fact of the game; did you mean 'wood'"),
        (PICK, {"obtains": {"gem": 1}}, "obtains must keep what success is judged by: 'pick' at least 1"),
        (PICK, {"action": "make_pik"}, "'make_pik' is no action of the game; did you mean 'make_pick'"),
        (PICK, {"action": ""}, 'a skill of kind "craft" needs the game action that does it in "action"'),
        (CHOP, {"actions": ["jump"]}, "'jump' is no action of the game"),
        (CHOP, {"seek": ["trees"]}, "toy cannot look for 'trees'; did you mean 'tree'?"),
        (CHOP, {"explore": "underground"}, "toy cannot look for 'underground'"),
        (CHOP, {"until": True}, '"until" is true but "action" is empty; name the action to repeat'),
        (CHOP, {"step_cap": 0}, "greater than or equal to 1"),
        (CHOP, {"colour": "green"}, "Extra inputs are not permitted"),
    ],
)
def test_each_wrong_claim_is_shown_to_the_model(
    ability: Ability, change: dict[str, Any], reason: str
) -> None:
    model, chat = scripted_model({**ability.reply, **change}, ability.reply)
    claim = ask_effects(model, SPEC, ability.task)
    assert claim.effects == ability.claim.effects
    assert reason in chat.asked[1][-1][1]


def test_a_model_that_insists_gives_no_claim() -> None:
    model, _ = scripted_model({**PICK.reply, "holds": {"saw": 1}}, {**PICK.reply, "holds": {"axe": 1}})
    with pytest.raises(ReplyInvalid, match=r"'saw' is no fact.*rejected again: 'axe' is no fact"):
        ask_effects(model, SPEC, PICK.task)


def test_a_claim_becomes_a_skill_of_the_graph() -> None:
    graph = SkillGraph("toy", SPEC.fact_kinds)
    add_claim(graph, PICK.claim)
    assert graph.claim("make_pick") == Effects(
        requires={"near.bench": 1}, consumes={"wood": 1, "stone": 1}, obtains={"pick": 1}
    )
    assert graph.belief("make_pick") == graph.claim("make_pick")
    assert (graph.kind("make_pick"), graph.step_cap("make_pick")) == (SkillKind.CRAFT, 8)
    assert not graph.available("make_pick")
    node = next(n for n in graph.to_json()["nodes"] if n["type"] == "skill")
    assert node["answer_id"] == "answer-make_pick"


def test_the_toys_own_claims_hold_one_wrong_count() -> None:
    model = LanguageModel(records=[shipped_pack("toy")])
    claims = {task.name: ask_effects(model, SPEC, task) for task in propose(model, SPEC)[0]}
    assert claims["place_bench"].effects.consumes == {"wood": 1}  # the game takes 2
    assert claims["make_pick"].effects.needs == {"near.bench": 1, "wood": 1, "stone": 1}
    assert claims["collect_gem"].effects.holds == {"pick": 1}
    assert len({claim.answer_id for claim in claims.values()}) == 6


GAP = Ability(name="stand_between_trees", success_in_words="two trees with a gap of one cell between them")


def test_a_task_without_facts_becomes_a_skill_that_is_judged_by_looking() -> None:
    model, chat = scripted_model(GAP.reply)
    claim = ask_effects(model, SPEC, GAP.task)
    assert (
        'looking, since no facts state it. It is done when this is seen: "two trees' in chat.asked[0][-1][1]
    )
    graph = SkillGraph("toy", SPEC.fact_kinds)
    add_claim(graph, claim)
    assert (graph.success_in_words("stand_between_trees"), graph.belief("stand_between_trees")) == (
        "two trees with a gap of one cell between them", Effects(),
    )  # fmt: skip
    assert not find_problems(graph)
    again = SkillGraph.from_json(graph.to_json())
    assert again.success_in_words("stand_between_trees") == GAP.success_in_words


def test_a_task_with_facts_must_bring_them() -> None:
    model, chat = scripted_model({**CHOP.reply, "obtains": {}}, CHOP.reply)
    assert ask_effects(model, SPEC, CHOP.task).effects == CHOP.claim.effects
    assert '"obtains" is empty' in chat.asked[1][-1][1]
