"""The explorer in a real browser, on the starter library: opened, clicked through, looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.play.libraries import shipped_library
from agent.records.runs import Run
from agent.web.offline.graph_documents import graph_page
from agent.web.views.opened import open_library

expect = pytest.importorskip("playwright.sync_api").expect
CRAFTER = "#/graph?game=crafter"


@pytest.fixture
def explorer(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> Callable[..., Any]:
    def show(route: str = CRAFTER, **look: Any) -> Any:
        shown = browser_page(reduced_motion="reduce", **look)
        shown.open(serve(runs=tmp_path, library=shipped_library()).address().split("#")[0] + route)
        return shown

    return show


@pytest.mark.parametrize(
    ("name", "look"),
    [
        ("light", {}),
        ("dark", {"dark": True}),
        ("phone", {"width": 375, "height": 812}),
    ],
)
@pytest.mark.one_in(3)
def test_it_opens_with_everything_there(
    explorer: Callable[..., Any], name: str, look: dict[str, Any]
) -> None:
    shown = explorer(**look)
    assert shown.page.locator("ul[aria-label=Skills] li").count() >= 30
    width = shown.page.evaluate("document.documentElement.scrollWidth")
    assert width <= look.get("width", 1440)
    assert shown.picture(f"graph-{name}").stat().st_size > 10_000


def test_a_card_is_opened_by_search_and_by_click_and_tells_where_it_comes_from(
    explorer: Callable[..., Any],
) -> None:
    shown = explorer()
    page = shown.page
    page.keyboard.press("/")
    page.keyboard.type("fence")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="fence plant").wait_for()
    assert "node=skill%3Afence_plant" in page.url
    page.get_by_text("play found 2").wait_for()
    page.get_by_role("button", name="answers that it rests on").click()
    page.get_by_text("How is progress rewarded?").click()
    page.locator(".code-keyword").first.wait_for()
    shown.picture("graph-card")
    page.get_by_role("button", name="All it needs").click()
    page.locator(".panel").get_by_role("button", name="stone", exact=True).first.click()
    page.get_by_role("heading", name="stone", exact=True).wait_for()
    page.get_by_role("button", name="Close the panel").click()
    assert page.locator(".panel").is_hidden()


def test_keys_go_from_node_to_node(explorer: Callable[..., Any]) -> None:
    page = explorer().page
    page.locator("canvas.picture").focus()
    page.keyboard.press("ArrowDown")
    first = page.locator(".panel h2").inner_text()
    page.locator("canvas.picture").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".panel h2")).not_to_have_text(first)
    page.keyboard.press("Escape")
    assert page.locator(".panel").is_hidden()


def test_a_plan_lights_up_and_is_told_step_by_step(explorer: Callable[..., Any]) -> None:
    shown = explorer(f"{CRAFTER}&goal=collect+a+diamond")
    page = shown.page
    page.locator(".steps li").nth(5).wait_for()
    assert "collect wood" in page.locator(".steps li").first.inner_text()
    shown.picture("graph-plan")
    page.get_by_label("Carried").fill("iron_pickaxe=1")
    page.get_by_role("button", name="Plan", exact=True).last.click()
    expect(page.locator(".steps li")).to_have_count(1)
    page.get_by_label("Goal").fill("eat plant")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Missing").wait_for()
    page.get_by_label("Carried").fill("nonsense")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("fact=count").wait_for()
    shown.errors.clear()  # the browser logs the refused request


def test_a_game_without_a_library_says_what_to_do(explorer: Callable[..., Any]) -> None:
    shown = explorer("#/graph?game=toy")
    shown.page.get_by_role("alert").get_by_text("journeyman practice --game toy").wait_for()
    shown.page.get_by_label("Game").select_option("crafter")
    expect(shown.page.locator("ul[aria-label=Skills] li")).to_have_count(33)
    shown.errors.clear()  # the browser logs the refused request


def test_filters_claims_comparison_and_history(explorer: Callable[..., Any], tmp_path: Path) -> None:
    with Run.create(tmp_path, command="practice", game="crafter", seed=0, config={}) as run:
        run.event("proposed", tasks=["collect_wood", "place_table"])
        run.event("admitted", skill="collect_wood", version=1)
        run.finish()
    shown = explorer()
    page = shown.page
    page.get_by_role("button", name="Claims").click()
    page.get_by_text("Claims and evidence").wait_for()
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_label("find: look for a place").uncheck()
    expect(page.locator("ul[aria-label=Skills] li")).to_have_count(29)
    shown.picture("graph-filters")
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("button", name="Compare").click()
    page.get_by_text("nothing to compare with").wait_for()
    page.get_by_role("button", name="History").click()
    page.get_by_text("1 of 2 admitted").wait_for()
    page.get_by_label("Moment").fill("1")
    page.get_by_text("0 of 2 admitted").wait_for()
    shown.picture("graph-history")


def test_the_file_opens_without_a_server(browser_page: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "graph.html"
    page_text = graph_page(open_library(shipped_library(), "crafter"), title="Skills: crafter")
    file.write_text(page_text, encoding="utf-8")
    shown = browser_page(reduced_motion="reduce")
    shown.open(file.as_uri() + "#/graph?goal=diamond")
    page = shown.page
    page.locator(".steps li").nth(5).wait_for()
    page.get_by_label("Goal").fill("fly to the moon")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("no plan for that goal").wait_for()
    page.get_by_role("button", name="Claims").click()
    page.locator(".panel").get_by_role("button", name="fence plant").click()
    page.get_by_role("heading", name="fence plant").wait_for()
    page.get_by_role("button", name="answers that it rests on").click()
    page.get_by_text("What does it need").wait_for()
