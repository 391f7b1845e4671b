"""The written answers to what comes next: they fit the game, and the packs hold them."""

import pytest

from agent.design.next_skill_answers import write, written_games, written_questions
from agent.llm.answer_pack import shipped_pack
from agent.llm.question import build_request
from envs.registry import game_spec

RECORDED = [
    game for game in written_games() if any(a.request.prompt_id == "next_skill" for a in shipped_pack(game))
]


@pytest.mark.parametrize("game", RECORDED)
def test_answers_name_facts_of_the_game_and_are_recorded(game: str) -> None:
    pack, spec = shipped_pack(game), game_spec(game)
    questions = list(written_questions(pack))
    assert len(questions) == len({variables["so_far"] for variables, _ in questions}) > 5
    for variables, grades in questions:
        assert not set(grades) - set(spec.fact_index), variables["so_far"]
        key = build_request("next_skill", variables).key
        assert pack.lookup(key), f"write them again: python -m agent.design.next_skill_answers {game}"


def test_writing_them_again_changes_nothing() -> None:
    pack = shipped_pack("toy")
    before = pack.dumps()
    assert write(pack) == 7
    assert pack.dumps() == before
