"""Code that passes every check and fails later, in states that no recorded play shows; sessions go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agent.config import PracticeConfig
from agent.design.training_policy import training_variables
from agent.llm.pack_writer import record_authored
from agent.practice.loop import run_practice
from agent.practice.report import PracticeReport
from agent.testing.abilities import Ability, pack_of
from agent.testing.toy import GAME, SPEC, walk
from skills.errors import CodeRejected
from skills.store.store import SkillLibrary
from tests.agent.practice.test_nonsense import RARE, rare
from tests.agent.toy_session import admitted, kinds, run_of

pytestmark = [pytest.mark.usefixtures("borrowed_worker"), pytest.mark.slow]

FETCH = Ability(
    name="collect_wood",
    obtains={"wood": 1},
    seek=("tree",),
    reward=("def reward(before, after):", "    return float(after['wood'] - before['wood'])"),
)

DOUBLED = ("x = (0,)", "for i in range(40):", "    x = (x, x)")
"""A value that takes for ever to look at."""

BOMBS = {
    "a huge number": ("return 10 ** 5000",),
    "nothing": ("return None",),
    "an endless value": (*DOUBLED, "return [x]"),
    "a value that cannot be received": (*DOUBLED, "return {x: 1}"),
    "an error with a long text": ("raise ValueError('\\x1b[2J' * 10 ** 6)",),
    "an endless loop": ("while True:", "    pass"),
}


def bomb(head: str, body: tuple[str, ...], after: str, facts: str = "facts") -> tuple[str, ...]:
    """A function that does this in states that random play did not meet, and otherwise something good."""
    condition = rare(*RARE).replace("facts[", f"{facts}[")
    return (head, f"    if {condition}:", *(f"        {line}" for line in body), f"    return {after}")


def reward_bomb(body: tuple[str, ...]) -> tuple[str, ...]:
    return bomb("def reward(before, after):", body, "float(after['wood'] - before['wood'])", "after")


def ended_well(config: PracticeConfig, report: PracticeReport, *names: str) -> dict[str, str]:
    """These skills were admitted, and nothing else; the reasons of those that were given up."""
    assert sorted(admitted(report)) == sorted(names)
    assert report.stopped.startswith("nothing within reach is left to learn")
    assert sorted(SkillLibrary(config.library, "toy").names()) == sorted(names)
    reasons = {entry["name"]: entry["reason"] for entry in report.abandoned}
    for reason in reasons.values():
        assert len(reason) < CodeRejected.LONGEST + 100 and reason.isprintable()
    return reasons


def resumed(config: PracticeConfig, report: PracticeReport) -> PracticeReport:
    return run_practice(replace(config, resume=report.run))


@pytest.mark.parametrize("name", ["a huge number", "a value that cannot be received", "an endless loop"])
@pytest.mark.one_in(2)
def test_in_a_reward(configure: Callable[..., PracticeConfig], name: str) -> None:
    config = configure(pack_of(replace(FETCH, reward=reward_bomb(BOMBS[name])), walk("up")))
    report = run_practice(config)
    assert ended_well(config, report, "walk_up")["collect_wood"].startswith("it broke down: reward")
    again = resumed(config, report)
    assert ended_well(config, again, "walk_up").keys() == {"collect_wood"}
    assert len(kinds(run_of(config, again), "abandoned")) == 1  # what is given up stays so


def test_a_session_that_died_of_it_does_not_die_again(
    configure: Callable[..., PracticeConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configure(pack_of(replace(FETCH, reward=reward_bomb(BOMBS["a huge number"])), walk("up")))
    with monkeypatch.context() as patch, pytest.raises(OverflowError):
        patch.setattr("skills.training.train.train_skill", _dies)
        run_practice(config)
    (folder,) = config.runs_dir.iterdir()
    report = run_practice(replace(config, resume=folder.name))
    assert ended_well(config, report, "walk_up")["collect_wood"].startswith("it broke down: reward")


def _dies(*given: Any, **more: Any) -> Any:
    raise OverflowError("int too large to convert to float")


@pytest.mark.parametrize("name", ["an endless value", "an error with a long text"])
def test_in_a_termination_while_training(configure: Callable[..., PracticeConfig], name: str) -> None:
    body = bomb("def termination(start, facts, steps):", BOMBS[name], "False")
    config = configure(pack_of(replace(FETCH, termination=body), walk("up")))
    report = run_practice(config)
    assert ended_well(config, report, "walk_up")["collect_wood"].startswith("it broke down: termination")
    assert ended_well(config, resumed(config, report), "walk_up")


@pytest.mark.parametrize("name", ["nothing", "a value that cannot be received"])
def test_in_an_initiation_while_states_are_searched(
    configure: Callable[..., PracticeConfig], name: str
) -> None:
    body = bomb("def initiation(facts):", BOMBS[name], "True")
    config = configure(pack_of(replace(walk("left"), initiation=body), walk("up")))
    report = run_practice(config)
    assert ended_well(config, report, "walk_up")["walk_left"].startswith("it broke down: initiation")
    assert ended_well(config, resumed(config, report), "walk_up")


@pytest.mark.parametrize("name", ["a huge number", "an endless value"])
def test_in_a_guard(configure: Callable[..., PracticeConfig], name: str) -> None:
    body = bomb("def guard(facts, remaining):", BOMBS[name], "''")
    config = configure(pack_of(walk("left"), walk("up"), guards={"guard": list(body), "ranking": []}))
    report = run_practice(config)
    ended_well(config, report, "walk_left", "walk_up")
    (event,) = kinds(run_of(config, report), "no_guard")
    assert event["reason"].startswith("guard") and event["reason"].isprintable()


@pytest.mark.parametrize("name", ["a huge number", "a value that cannot be received"])
def test_in_a_shield(configure: Callable[..., PracticeConfig], name: str) -> None:
    pack = pack_of(walk("left"), walk("up"))
    (known,) = pack.about("shield", "")
    pack.remove(known.id)
    body = bomb("def shield(facts):", BOMBS[name], "[]")
    record_authored("shield", GAME, {"shield": list(body)}, pack)
    config = configure(pack)
    report = run_practice(config)
    ended_well(config, report, "walk_left", "walk_up")
    assert kinds(run_of(config, report), "shielded")


@pytest.mark.parametrize("part", ["reward", "termination", "choose"])
@pytest.mark.one_in(3)
def test_in_joint_training(configure: Callable[..., PracticeConfig], part: str) -> None:
    value = BOMBS["a value that cannot be received"]
    rest: dict[str, Any] = {}
    if part == "reward":
        rest = {"reward": reward_bomb(value)}
    elif part == "termination":
        rest = {"termination": bomb("def termination(start, facts, steps):", value, "False")}
    fetch = replace(FETCH, **rest)
    other = replace(FETCH, name="fetch_again")
    pack = pack_of(fetch, other, walk("up"))
    if part == "choose":
        head = "def choose(start, facts, last, failures, draw):"
        names = "'fetch_again' if (last == 'collect_wood' if last else draw % 2) else 'collect_wood'"
        policy = {
            "reason": "",
            "choose": list(bomb(head, value, names)),
            "simulate": ["def simulate(facts, skill, turn):", "    return {'wood': facts['wood'] + 1}"],
            "check": ["def check(trace):", "    return []"],
        }
        variables = training_variables(SPEC, [fetch.claim, other.claim, walk("up").claim])
        record_authored("training_policy", variables, policy, pack)
    config = configure(pack, training="joint", budget_steps=6_000)
    report = run_practice(config)
    (event,) = kinds(run_of(config, report), "not_together")
    assert event["reason"].startswith(part) and len(event["reason"]) <= CodeRejected.LONGEST
    if part == "choose":
        again = resumed(config, report)
        assert again.run == report.run and again.stopped
    assert kinds(run_of(config, report), "crashed") == []
