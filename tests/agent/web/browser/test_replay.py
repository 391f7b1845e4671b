"""A recorded episode in a real browser: it opens, plays, jumps, and stands beside another."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.web.views import replay
from tests.agent.recorded_run import record_run


@pytest.fixture(autouse=True)
def games_end() -> Any:
    yield
    replay.forget()


def counter(page: Any) -> str:
    return str(page.locator(".replay-counter").inner_text())


def test_an_episode_is_played_scrubbed_and_compared(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    name = record_run(tmp_path, episodes=2).name
    root = serve(runs=tmp_path).address().split("#")[0]
    shown = browser_page()
    shown.open(f"{root}#/replay/{name}")
    page = shown.page
    page.get_by_role("heading", name="Episodes").wait_for()
    page.get_by_role("link", name="1", exact=True).click()
    page.locator(".replay-counter").get_by_text("step 0 of 40").wait_for()
    page.locator("body").press("ArrowRight")
    page.locator(".replay-counter").get_by_text("step 1 of 40").wait_for()
    page.locator("body").press("]")
    page.locator(".replay-counter").get_by_text("step 10 of 40").wait_for()
    page.get_by_role("button", name="walk about: too far").click()
    page.locator(".replay-counter").get_by_text("step 20 of 40").wait_for()
    page.locator(".replay-lanes").click(position={"x": 2, "y": 25})
    page.locator(".replay-counter").get_by_text("step 0 of 40").wait_for()
    page.get_by_role("heading", name="Questions and answers").click()
    page.get_by_text("It rests on no answer that is known here").wait_for()
    page.get_by_label("Steps a second").select_option("128")
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".replay-counter").get_by_text("step 40 of 40").wait_for()
    page.get_by_label("Compare with another episode").select_option(f"{name}/2")
    page.locator("figure").nth(1).wait_for()
    page.get_by_role("button", name="By place in the plan").click()
    page.locator("body").press("End")
    assert "step 40" in counter(page)
    shown.picture("replay-toy-beside")


def test_names_of_models_are_text_and_missing_episodes_are_told(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    name = record_run(tmp_path, episodes=1, asked="<img src=x onerror=alert(1)>").name
    root = serve(runs=tmp_path).address().split("#")[0]
    shown = browser_page(375, 812)
    shown.open(f"{root}#/replay/{name}/1")
    shown.page.get_by_role("heading", name="<img src=x onerror=alert(1)>").wait_for()
    assert shown.page.locator("main img").count() == 0
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 375
    shown.picture("replay-toy-phone")
    shown.errors.clear()
    shown.open(f"{root}#/replay/{name}/7")
    shown.page.get_by_role("alert").get_by_text("has no episode '7'; it has 1 to 1").wait_for()
    assert all("404" in error for error in shown.errors)
    shown.errors.clear()


def test_a_run_without_episodes_says_what_to_do(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    name = record_run(tmp_path, episodes=0).name
    root = serve(runs=tmp_path).address().split("#")[0]
    shown = browser_page()
    shown.open(f"{root}#/replay/{name}")
    shown.page.get_by_text("This run has kept no episodes").wait_for()
