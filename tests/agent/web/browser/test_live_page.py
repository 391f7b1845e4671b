"""The list of runs and the page of a practice, in a browser: as it runs, is steered, and has ended."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.config import PracticeConfig, to_record
from agent.practice.live import png
from agent.records.commands import CommandBox
from agent.records.runs import Run

HOSTILE = '<img src=x onerror="document.title=1">'


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Run]:
    """A practice that runs, as its folder tells."""
    config = to_record(PracticeConfig(game="toy", budget_steps=60_000, minutes=5))
    run = Run.create(tmp_path / "runs", command="practice", game="toy", seed=0, config=config)
    for name in ("collect_wood", "collect_stone", HOSTILE):
        run.event("claimed", skill=name, effects={})
    run.event("chosen", skill="collect_wood", reason="not practised yet", following=["collect_stone"])
    for steps in range(1_000, 9_000, 1_000):
        rate = min(1.0, steps / 8_000)
        run.metrics(**{"skill": "collect_wood", "train/steps": steps, "train/success": rate})
    run.event("trained", skill="collect_wood", steps=8_000, success_rate=1.0, stopped="done", parent="")
    tried = {"successes": 38, "attempts": 40, "lower_bound": 0.83, "admitted": True}
    run.event("tried", skill="collect_wood", **tried)
    run.event("admitted", skill="collect_wood", version=1)
    run.event("corrected", skill="collect_stone", fact="wood", text=HOSTILE)
    run.metrics(**{"monitor/steps": 9_000, "monitor/skills": 1})
    (run.media / "verdicts").mkdir()
    (run.media / "verdicts" / "0001.png").write_bytes(png(np.full((72, 148, 3), 90, np.uint8)))
    run.event(
        "verdict", skill="collect_wood", claim="wood", outcome="done", reason=HOSTILE, judge="embedded",
        confidence=0.97, steps=5, picture="verdicts/0001.png",
    )  # fmt: skip
    show(run, paused=False)
    yield run
    run.close()


def show(run: Run, **state: Any) -> None:
    (run.path / "live").mkdir(exist_ok=True)
    (run.path / "live" / "picture.png").write_bytes(png(np.full((96, 96, 3), 200, np.uint8)))
    game = {
        "at": "2026-01-01T00:00:00.000Z", "of": "one of the games in training", "skill": "collect_wood",
        "step": 12, "bars": [{"name": "health", "value": 2, "high": 9}], "plan": ["collect_wood"],
        "facts": {"count": {"wood": 3}, "place": {"near.tree": 1}, "event": {"did.collect_wood": 2}},
    }  # fmt: skip
    told = {
        "schema": 1, "doing": "training", "skill": "collect_wood", "description": HOSTILE, "queued": [],
        "steps": 9_500, "seconds": 60, "round": {}, "game": game, "model": {}, "limits": {}, **state,
    }  # fmt: skip
    (run.path / "live" / "state.json").write_text(json.dumps(told))


def test_a_practice_is_found_watched_and_steered(
    practice: Run, browser_page: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    address = serve(runs=practice.path.parent).address()
    shown = browser_page()
    shown.open(address)
    page = shown.page
    page.get_by_role("link", name="Runs").first.click()
    page.get_by_role("link", name="Practice", exact=True).click()
    page.get_by_role("heading", name="Practice: Toy meadow").wait_for()
    assert page.get_by_role("img", name="collect wood: 38 of 40 in its latest trial").count() == 1
    page.locator("img.live-picture[src^='blob:']").wait_for()
    page.get_by_text("9,500 of 60,000").wait_for()
    assert page.locator(".live-verdicts img[src^='blob:']").count() == 1
    assert page.get_by_text(HOSTILE).count() >= 3  # as text, wherever it stands
    assert page.title() != "1"
    shown.picture("live")

    practice.event("admitted", skill="collect_stone", version=1)
    show(practice, steps=12_000, paused=True)
    page.get_by_text("collect stone admitted, version 1").wait_for()
    page.get_by_text("12,000 of 60,000").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.locator(".live-title").get_by_text("going on").wait_for()
    page.get_by_label("Skill to practise next").select_option("collect_stone")
    page.get_by_role("button", name="Practise next").click()
    page.get_by_text("Asked to practise collect stone next.").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Stop: are you sure?").click()
    page.get_by_text("Ends after the rollout under way").wait_for()
    page.locator(".live-title").get_by_text("stopping").wait_for()
    kinds = [command.kind for command in CommandBox(practice.path).take()]  # type: ignore[union-attr]
    assert kinds == ["resume", "queue", "stop"]

    page.get_by_role("button", name="Corrections").click()
    assert page.locator(".live-feed li").count() == 1
    practice.finish(admitted=[1, 2], abandoned=[], retired=[], steps=12_000, minutes=1, calls=0, tokens=0)
    page.get_by_role("button", name="Pause").and_(page.locator(":disabled")).wait_for()
    page.get_by_text("is done; begin another with").wait_for()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.one_in(2)
def test_it_fits_a_phone(
    practice: Run, browser_page: Callable[..., Any], serve: Callable[..., Any], dark: bool
) -> None:
    address = serve(runs=practice.path.parent).address()
    shown = browser_page(375, 812, dark=dark)
    for route in ("runs", f"live/{practice.name}"):
        shown.open(f"{address.split('#')[0]}#/{route}")
        width = "document.getElementById('view').scrollWidth - document.getElementById('view').clientWidth"
        assert shown.page.evaluate(width) == 0
        status = shown.page.locator(".status").first.bounding_box()
        assert status is not None and status["x"] >= 0 and status["x"] + status["width"] <= 375
        shown.picture(f"{route.split('/')[0]}-phone{'-dark' if dark else ''}")


def test_without_the_token_the_buttons_say_why(
    practice: Run, browser_page: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    address = serve(runs=practice.path.parent).address().split("#")[0]
    shown = browser_page()
    shown.open(f"{address}#/live/{practice.name}")
    assert shown.page.get_by_role("button", name="Pause").is_disabled()
    shown.page.get_by_text("Steering needs the token").wait_for()


def test_runs_that_are_not_there_and_none_at_all_are_said(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    address = serve(runs=tmp_path / "none").address().split("#")[0]
    shown = browser_page()
    shown.open(f"{address}#/runs")
    shown.page.get_by_text("There are no runs yet.").wait_for()
    shown.page.goto(f"{address}#/live/")
    shown.page.get_by_text("No run was named.").wait_for()
