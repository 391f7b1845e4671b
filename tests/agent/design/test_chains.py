"""Questions about chains: recorded answers, answers about the last part, and none at all."""

from agent.design.chains import UNNAMED, ask_next, name_chain, name_variables, next_variables, told_by_effects
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.pack_writer import record_authored
from agent.testing.abilities import Ability, kit_of
from agent.testing.model import scripted_model
from agent.testing.toy import SPEC
from skills.skill import Effects

CHOP = Ability(name="chop", obtains={"did.collect_wood": 1}, gives={"wood": 1})
DIG = Ability(name="dig", obtains={"stone": 1})
EFFECTS = Effects(obtains={"wood": 1, "stone": 1})


def recorded(**grades_by_chain: dict[str, int]) -> LanguageModel:
    pack = AnswerPack("toy", "made up for a test")
    for chain, grades in grades_by_chain.items():
        record_authored("next_skill", next_variables(SPEC, chain.split("_")), {"next": grades}, pack)
    return LanguageModel(records=[pack])


def test_an_answer_about_the_whole_chain_is_taken() -> None:
    model = recorded(wood_stone={"pick": 5}, stone={"gem": 2})
    asked = ask_next(model, SPEC, ["wood", "stone"])
    assert asked.grades == {"pick": 5} and asked.answer_id and asked.basis == "an answer about the chain"
    assert asked.of({"pick", "did.make_pick"}) == 1.0
    assert asked.of({"wood"}) == asked.of(()) == UNNAMED


def test_otherwise_an_answer_about_its_last_parts() -> None:
    model = recorded(wood_stone={"pick": 5}, stone={"gem": 2})
    assert ask_next(model, SPEC, ["gem", "wood", "stone"]).basis == "an answer about the last 2 parts alone"
    asked = ask_next(model, SPEC, ["gem", "stone"])
    assert (asked.grades, asked.basis) == ({"gem": 2}, "an answer about the last part alone")


def test_without_any_everything_is_as_plausible_and_the_record_says_so() -> None:
    asked = ask_next(recorded(stone={"gem": 2}), SPEC, ["wood"])
    assert asked.of({"wood"}) == asked.of({"gem"}) == 1.0
    assert asked.basis.startswith("no answer, so all that may start is equally plausible: no recorded answer")


def test_replies_that_name_no_facts_are_repaired_or_no_answer() -> None:
    model, chat = scripted_model({"next": {"wod": 3}}, {"next": {"wood": 3}})
    assert ask_next(model, SPEC, ["stone"]).grades == {"wood": 3}
    assert "'wod' is no fact of the game; did you mean 'wood'" in chat.asked[-1][-1][1]
    model, _ = scripted_model({"next": {"wod": 3}}, {"next": {"wod": 4}})
    asked = ask_next(model, SPEC, ["stone"])
    assert asked.grades == {} and "was rejected" in asked.basis


def test_skills_are_told_by_what_they_are_claimed_to_bring() -> None:
    graph = kit_of(CHOP, DIG).open_graph()
    assert told_by_effects(graph, "chop") == "did.collect_wood, wood"
    graph.add_skill("stand", graph.kind("dig"), Effects(), success_in_words="a gap between two trees")
    assert told_by_effects(graph, "stand") == "a gap between two trees"


def test_names_come_from_the_model_or_by_template() -> None:
    parts = [CHOP.skill, DIG.skill]
    model, _ = scripted_model({"name": "gather", "description": "Gather wood and a stone."})
    named = name_chain(model, SPEC, parts, EFFECTS, {"gather"})
    assert (named.name, named.description) == ("gather_2", "Gather wood and a stone.")
    assert named.answer_id
    named = name_chain(LanguageModel(), SPEC, parts, EFFECTS, set())
    assert (named.name, named.answer_id) == ("chop_then_dig", "")
    assert named.description == "In order: (1) Do what chop says; (2) Do what dig says."
    assert "stone 1, wood 1" in name_variables(SPEC, parts, EFFECTS)["effects"]


def test_a_name_that_is_none_is_not_taken() -> None:
    model, _ = scripted_model({"name": "Go!", "description": "Gather it."}, {"name": "", "description": "x"})
    assert name_chain(model, SPEC, [CHOP.skill, DIG.skill], EFFECTS, set()).name == "chop_then_dig"
