"""Models that talk nonsense, code that fails in play, skills that never work: what they cost a session."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.config import PracticeConfig
from agent.design.code import record_random_play
from agent.llm.answer_log import read_log
from agent.llm.answer_pack import AnswerPack
from agent.llm.asking import LanguageModel
from agent.llm.errors import BadPack, BudgetExceeded, LLMError, ReplyInvalid
from agent.llm.open_model import ModelOptions
from agent.play.kit import GuardCode, ShieldCode
from agent.play.load import load_guards
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.records.runs import RunStatus, find_run
from agent.testing.abilities import Ability, pack_of, passing_tests
from agent.testing.model import scripted_model
from agent.testing.toy import NAMES, WALKS, walk
from envs.registry import make_game
from planners.graph.graph import SkillGraph
from skills.skill import SkillStats
from skills.store.store import SkillLibrary
from tests.agent.scripted import shipped_part
from tests.agent.toy_session import Session, admitted, kinds, run_of

pytestmark = pytest.mark.usefixtures("borrowed_worker")

CHOP = Ability(name="collect_wood", obtains={"wood": 1}, seek=("tree",), actions=("up", "take"))


def reasons(report: PracticeReport) -> dict[str, str]:
    return {entry["name"]: entry["reason"] for entry in report.abandoned}


@pytest.fixture
def with_model(
    configure: Callable[..., PracticeConfig], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[PracticeConfig, Any]]:
    """A session whose live model is asked only where the pack has no answer."""

    def make(pack: AnswerPack, *replies: Any, **rest: Any) -> tuple[PracticeConfig, Any]:
        script: list[Any] = list(replies)
        chats = []

        def open_model(llm: str, game: str, options: ModelOptions) -> LanguageModel:
            model, chat = scripted_model(
                *script, records=[pack, passing_tests(*WALKS, CHOP)], log=options.log
            )
            assert model.client is not None
            model.client.meter.caps = options.caps
            chats.append(chat)
            return model

        monkeypatch.setattr("agent.practice.session.open_model", open_model)
        return replace(configure(pack, proposer="none"), llm="test:scripted", **rest), chats

    return make


def without(pack: AnswerPack, prompt: str, subject: str = "") -> AnswerPack:
    for answer in pack.about(prompt, subject):
        pack.remove(answer.id)
    return pack


def nothing_false(config: PracticeConfig, name: str, *, successes: int = 0, failures: int = 0) -> None:
    """The skill is neither in the library nor to be used, and only what happened speaks for it."""
    assert name not in SkillLibrary(config.library, "toy").names()
    graph = SkillGraph.load(config.library / "toy" / "graph.json")
    if name in graph:
        assert not graph.available(name)
        assert graph.evidence(name).successes == successes
        assert graph.evidence(name).failures == failures


def test_proposals_without_sense_end_the_session_cleanly(
    with_model: Callable[..., tuple[PracticeConfig, Any]],
) -> None:
    fly = {
        "tasks": [
            {
                "name": "fly",
                "kind": "act",
                "description": "Fly high.",
                "obtains": {"altitude": 1},
                "difficulty": 1,
            }
        ]
    }
    config, chats = with_model(without(pack_of(*WALKS), "propose_tasks"), fly, fly)
    with pytest.raises(ReplyInvalid, match="'altitude', which is no fact of the game"):
        run_practice(config)
    (run,) = [find_run(config.runs_dir, p.name) for p in config.runs_dir.iterdir()]
    assert run.status is RunStatus.CRASHED
    assert "altitude" in kinds(run, "crashed")[0]["message"]
    assert len(chats[0].asked) == 2
    assert not list((config.library / "toy").glob("*/v1"))


@pytest.mark.slow
def test_a_proposal_is_repaired_once(with_model: Callable[..., tuple[PracticeConfig, Any]]) -> None:
    pack = pack_of(walk("up"))
    good = pack.about("propose_tasks", "")[0].reply
    config, _ = with_model(without(pack, "propose_tasks"), "Walk up!", good)
    report = run_practice(config)
    assert admitted(report) == ["walk_up"]
    run = run_of(config, report)
    answers = read_log(run.path / "answers.jsonl")
    assert answers.answers[kinds(run, "proposed")[0]["answer_id"]].repaired
    assert [f.reply for f in answers.failed] == ["Walk up!"]
    assert SkillLibrary(config.library, "toy").load("walk_up").lineage.source == "live"
    assert report.calls == 2


@pytest.mark.slow
def test_a_claim_without_sense_costs_that_skill_only(
    with_model: Callable[..., tuple[PracticeConfig, Any]],
) -> None:
    pack = without(pack_of(walk("up"), CHOP, walk("left")), "skill_effects", "collect_wood")
    pack.add(pack_of(walk("up"), walk("left")).about("guards", "")[0])  # asked about the skills that are left
    wrong = {**CHOP.reply, "requires": {"axe": 1}}
    config, _ = with_model(pack, wrong, wrong)
    report = run_practice(config)
    assert sorted(admitted(report)) == ["walk_left", "walk_up"]
    (event,) = kinds(run_of(config, report), "no_claim")
    assert event["skill"] == "collect_wood" and "'axe' is no fact of the game" in event["reason"]
    nothing_false(config, "collect_wood")


def code(*body: str) -> dict[str, list[str]]:
    return {"reward": ["def reward(before, after):", *(f"    {line}" for line in body)]}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reward", "reason"),
    [
        (
            code("return 0.5 * after['near.tree']"),
            "standing still pays: with before equal to after it gave 0.5",
        ),
        (code("while True:", "    pass"), "exceeded the time limit of 1 s; is there a loop without end?"),
        (code("x = [0] * 1_000_000_000", "return 1.0"), "exceeded the memory limit of 50 MB"),
        (code("import socket", "return 1.0"), "import of 'socket' in line 2 is refused"),
        (code("return float('nan')"), "it must return a finite number"),
        ("No.", "no JSON"),
    ],
)
def test_a_reward_that_is_no_good_is_given_up_with_its_reason(
    with_model: Callable[..., tuple[PracticeConfig, Any]], reward: Any, reason: str
) -> None:
    pack = pack_of(CHOP, walk("up"))
    config, chats = with_model(pack, reward, reward)
    report = run_practice(config)
    assert admitted(report) == ["walk_up"]  # the session goes on
    assert list(reasons(report)) == ["collect_wood"]
    assert reasons(report)["collect_wood"].startswith("no usable design: ")
    assert reason in reasons(report)["collect_wood"]
    assert len(chats[0].asked) == 2  # asked once, repaired once, never again
    assert kinds(run_of(config, report), "abandoned")[0]["reason"] == reasons(report)["collect_wood"]
    nothing_false(config, "collect_wood")


def rare(fact: str, *facts: str) -> str:
    """A condition on facts that random play never met, so that no check can see what follows."""
    play = record_random_play(make_game("toy"), 0)
    columns = [NAMES.index(name) for name in (fact, *facts)]
    rows = np.concatenate([play.before, play.after])[:, columns].tolist()
    seen = sorted({sum(value * 100**i for i, value in enumerate(row)) for row in rows})
    key = " + ".join(f"facts['{name}'] * {100**i}" for i, name in enumerate((fact, *facts)))
    return f"{key} not in {seen!r}"


RARE = ("distance.tree", "distance.rock", "distance.gem")


@pytest.mark.slow
@pytest.mark.parametrize("part", ["initiation", "termination"])
def test_code_that_fails_in_play_costs_that_skill_only(
    configure: Callable[..., PracticeConfig], part: str
) -> None:
    start = "def initiation(facts):" if part == "initiation" else "def termination(start, facts, steps):"
    body = [
        start,
        f"    if {rare(*RARE)}:",
        "        return 1 // 0 > 0",
        f"    return {part == 'initiation'}",
    ]
    broken = walk("up", **{part: body})
    config = configure(pack_of(broken, walk("left")))
    report = run_practice(config)
    assert admitted(report) == ["walk_left"]
    expected = {
        "initiation": "it broke down: initiation: line 3 (return 1 // 0 > 0): ZeroDivisionError",
        "termination": "attempts broke down: termination: line 3",
    }
    assert expected[part] in reasons(report)["walk_up"]
    # Executions that ended before the code failed are true all the same; those that broke down are nothing.
    run = run_of(config, report)
    assert not [e for e in kinds(run, "tried", "admitted") if e["skill"] == "walk_up"]
    graph = SkillGraph.load(config.library / "toy" / "graph.json")
    nothing_false(config, "walk_up", successes=graph.evidence("walk_up").successes)


@pytest.mark.slow
def test_a_guard_that_fails_in_play_is_dropped(configure: Callable[..., PracticeConfig]) -> None:
    body = ["def guard(facts, remaining):", f"    if {rare(*RARE)}:", "        1 // 0", "    return ''"]
    config = configure(pack_of(*WALKS, guards={"guard": body, "ranking": []}))
    report = run_practice(config)
    assert len(admitted(report)) == 3
    run = run_of(config, report)
    assert [e["kind"] for e in kinds(run, "guarded", "no_guard")] == ["guarded", "no_guard"]
    assert "ZeroDivisionError" in kinds(run, "no_guard")[0]["reason"]
    assert not load_guards(SkillLibrary(config.library, "toy"))[0].source.strip()


@pytest.mark.slow
@pytest.mark.parametrize(("prompt", "event"), [("guards", "no_guard"), ("shield", "no_shield")])
def test_a_guard_or_shield_without_sense_is_done_without(
    with_model: Callable[..., tuple[PracticeConfig, Any]], prompt: str, event: str
) -> None:
    config, _ = with_model(without(pack_of(*WALKS), prompt), "Beware!", "Beware of the dog!")
    report = run_practice(config)
    assert len(admitted(report)) == 3
    (noted,) = kinds(run_of(config, report), event)
    assert "rejected again" in noted["reason"]
    guard, shield = load_guards(SkillLibrary(config.library, "toy"))
    assert (guard == GuardCode(), shield == ShieldCode()) == (prompt == "guards", prompt == "shield")


def test_a_cap_on_calls_ends_the_session_and_keeps_its_answers(
    with_model: Callable[..., tuple[PracticeConfig, Any]],
) -> None:
    pack = pack_of(*WALKS)
    replies = [pack.about(prompt, subject)[0].reply for prompt, subject in (
        ("propose_tasks", ""), ("skill_effects", "walk_up"))]  # fmt: skip
    empty = AnswerPack("toy")
    config, _ = with_model(empty, *replies, max_calls=2)
    with pytest.raises(BudgetExceeded, match="max_calls = 2"):
        run_practice(config)
    (folder,) = config.runs_dir.iterdir()
    assert len(read_log(folder / "answers.jsonl").answers) == 2


@pytest.mark.slow
def test_a_skill_that_never_works_is_not_tried_for_ever(configure: Callable[..., PracticeConfig]) -> None:
    """A claim without any need, of which nothing could be raised: four attempts, then it waits for others."""
    never = Ability(
        name="make_pick", kind="craft", obtains={"pick": 1}, action="make_pick", until=False, step_cap=4
    )
    config = configure(pack_of(walk("up"), never))
    report = run_practice(config)
    assert admitted(report) == ["walk_up"]
    assert report.stopped == "nothing within reach is left to learn"
    tried = [e for e in kinds(run_of(config, report), "tried") if e["skill"] == "make_pick"]
    assert [(e["successes"], e["attempts"], e["admitted"]) for e in tried] in (
        [(0, 4, False)],
        [(0, 4, False), (0, 8, False)],
    )
    nothing_false(config, "make_pick", failures=4 * len(tried))


def test_further_practice_that_fails_does_not_cost_the_skill(
    toy_session: Session, tmp_path: Path, with_model: Callable[..., tuple[PracticeConfig, Any]]
) -> None:
    """An admitted skill that is to be polished, and whose design is asked for anew and refused."""
    shutil.copytree(toy_session.config.library, tmp_path / "library")
    library = SkillLibrary(tmp_path / "library", "toy")
    stats = SkillStats(successes=15, failures=5, steps=100)
    skill = library.load("collect_wood").model_copy(update={"stats": stats})
    library.add(skill, library.weights_path("collect_wood"))
    before = library.versions("collect_wood")
    pack = shipped_part("collect_wood")
    config, _ = with_model(without(pack, "skill_reward", "collect_wood"), "No.", "No.")
    report = run_practice(config)
    assert admitted(report) == ["collect_wood"] and report.abandoned == ()
    (event,) = kinds(run_of(config, report), "not_polished")
    assert event["skill"] == "collect_wood" and event["reason"].startswith("no usable design: ")
    assert library.versions("collect_wood") == before


def test_a_model_that_cannot_be_opened_leaves_no_run(configure: Callable[..., PracticeConfig]) -> None:
    for llm, error in (("recorded:no-such.json", BadPack), ("nobody:no-model", LLMError)):
        config = replace(configure(), llm=llm)
        with pytest.raises(error):
            run_practice(config)
        assert not list(config.runs_dir.iterdir())
