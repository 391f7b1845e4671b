"""Pools of tasks: what is drawn from them, and which of them are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.design.effects import ask_effects
from agent.design.proposal_rules import Rules
from agent.design.proposer import Situation
from agent.design.task_pool import PoolProposer, TaskPool, open_pool
from agent.llm.asking import LanguageModel
from agent.llm.errors import BadPack, NoRecordedAnswer
from agent.testing.abilities import Ability, pool_of
from agent.testing.toy import SPEC
from envs.game import GameSpec
from envs.registry import game_spec

EASY = [
    Ability(name=f"get_wood_{n}", obtains={"wood": n}, reward=("def reward(before, after):", "    return 0"))
    for n in (2, 3, 4)
]
DEEP = Ability(
    name="make_two_picks", obtains={"pick": 2}, consumes={"wood": 2}, requires={"near.bench": 1},
    action="make_pick", difficulty=4,
)  # fmt: skip
POOL = pool_of(*EASY, DEEP)
RULES = Rules(spec=SPEC, first={})


def drawn(seed: int = 0, pool: TaskPool = POOL, count: int = 9, **situation: Any) -> list[str]:
    proposals = PoolProposer(pool, RULES, SPEC, seed).propose(Situation(**situation), count)
    return [task.name for task in proposals.tasks]


def test_only_what_is_within_reach_is_drawn() -> None:
    assert sorted(drawn()) == [ability.name for ability in EASY]
    assert "make_two_picks" in drawn(brings=frozenset({"wood", "near.bench"}))
    assert "make_two_picks" in drawn(seen={"wood": 2, "near.bench": 1})
    assert "make_two_picks" not in drawn(seen={"wood": 1, "near.bench": 1})


def test_the_same_seed_draws_the_same_and_others_draw_otherwise() -> None:
    assert drawn(seed=3) == drawn(seed=3)
    assert len({tuple(drawn(seed=seed)) for seed in range(12)}) > 1


def test_what_is_known_or_failed_is_not_drawn_again() -> None:
    assert drawn(known={"get_wood_2": ""}, failed={"get_wood_3": ""}) == ["get_wood_4"]


def test_a_pool_that_is_used_up_says_why() -> None:
    known = {entry.task.name: "" for entry in POOL.tasks}
    used = PoolProposer(POOL, RULES, SPEC, 0).propose(Situation(known=known), 3)
    assert (used.tasks, used.nothing_because) == ((), "all 4 tasks of the pool were proposed")
    far = PoolProposer(pool_of(DEEP), RULES, SPEC, 0).propose(Situation(), 3)
    assert far.nothing_because == "none of the 1 tasks left in the pool is within reach"


def test_the_answers_fit_the_questions_of_today() -> None:
    model = LanguageModel()
    model.kept.look_in(POOL.answers(["make_two_picks"], SPEC))
    assert ask_effects(model, SPEC, DEEP.task).effects == DEEP.claim.effects
    with pytest.raises(NoRecordedAnswer):
        ask_effects(model, SPEC, EASY[0].task)


def test_answers_to_an_older_prompt_count_as_missing() -> None:
    old = POOL.model_copy(update={"prompts": {**POOL.prompts, "skill_effects": 0}})
    kinds = {answer.request.prompt_id for answer in old.answers([DEEP.name], SPEC)}
    assert kinds == {"skill_option"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tasks": []}, "it holds no tasks; give a pool with at least one"),
        ({"game": "crafter"}, "it is for game 'crafter', not 'toy'"),
        ({"tasks": [POOL.tasks[0].model_dump()] * 2}, "task names must differ; repeated: get_wood_2"),
        ({"schema_version": 2}, "schema_version: Input should be 1"),
        ({"tasks": [{**POOL.tasks[0].model_dump(), "reward": None}]}, "is learned and has no reward"),
        ({"tasks": [{**POOL.tasks[0].model_dump(), "seen": {"woods": 1}}]}, "'woods', which is no fact"),
    ],
)  # fmt: skip
def test_a_pool_that_cannot_be_used_is_refused(tmp_path: Path, change: dict[str, Any], why: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({**POOL.model_dump(mode="json"), **change}))
    with pytest.raises(BadPack, match=why) as caught:
        open_pool(PracticeConfig(game="toy", proposer=str(path)), SPEC)
    assert str(caught.value).startswith("pool of proposals 'mine.json' cannot be used: ")


@pytest.mark.parametrize("hidden", ["\x1b[2J", "\x07", "\u202e", "\u200b"])
@pytest.mark.parametrize("where", ["note", "description", "fact"])
def test_texts_that_would_steer_a_terminal_are_refused(tmp_path: Path, hidden: str, where: str) -> None:
    pool = POOL.model_dump(mode="json")
    if where == "note":
        pool["note"] = f"mine{hidden}"
    elif where == "description":
        pool["tasks"][0]["task"]["description"] += hidden
    else:
        pool["tasks"][0]["seen"] = {f"wood{hidden}": 1}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(pool))
    with pytest.raises(BadPack, match="a character that cannot be seen") as refused:
        TaskPool.load(path, SPEC)
    assert str(refused.value).isprintable()


def test_a_missing_pool_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="No such file"):
        open_pool(PracticeConfig(game="toy", proposer=str(tmp_path / "none.json")), SPEC)


def test_a_session_draws_from_the_shipped_pool_unless_it_is_told_otherwise() -> None:
    crafter = game_spec("crafter")

    def opened(spec: GameSpec = crafter, **settings: str) -> bool:
        return open_pool(PracticeConfig(game=spec.name, **settings), spec) is not None  # type: ignore[arg-type]

    assert opened() and opened(proposer="pool", llm="openai:any")
    assert not opened(SPEC)  # none is shipped for the toy game
    assert not opened(llm="openai:any") and not opened(proposer="none")
    assert not opened(reward="preference") and not opened(llm="recorded:mine.json")
