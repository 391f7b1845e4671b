from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.records.runs import Run
from agent.web.offline.bundle import write_bundle
from agent.web.offline.page import render_page
from agent.web.views.folders import Folders
from tests.agent.toy_library import build_toy_library


def test_the_page_opens_in_both_themes_and_keeps_no_token_in_its_address(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    access = serve(runs=tmp_path)
    shown = browser_page()
    shown.open(access.address())
    page = shown.page
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert "token" not in page.url
    assert page.evaluate("sessionStorage.getItem('token')") == access.token
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_an_address_that_does_not_exist_is_said(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    shown = browser_page(375, 812)
    shown.open(serve(runs=tmp_path).address() + "#/nowhere/%3Cimg%20src=x%3E")
    shown.page.goto(shown.page.url.split("#")[0] + "#/nowhere")
    shown.page.get_by_role("alert").get_by_text("There is no page nowhere.").wait_for()


def test_a_page_in_a_file_opens_without_a_server(browser_page: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    documents = {"/about": {"version": "<b>9</b>"}}
    file.write_text(
        render_page("Journeyman", "start", {"start": ""}, documents, noscript="x"), encoding="utf-8"
    )
    shown = browser_page()
    shown.open(file.as_uri())
    shown.page.get_by_text("Version <b>9</b>.").wait_for()


def test_a_browser_without_scripts_is_told_where_to_look(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    shown = browser_page(java_script_enabled=False)
    shown.page.goto(serve(runs=tmp_path).address())
    assert "journeyman graph" in shown.page.locator("noscript").inner_text()


def test_a_bundle_leads_from_file_to_file(browser_page: Callable[..., Any], tmp_path: Path) -> None:
    build_toy_library(tmp_path / "library")
    with Run.create(tmp_path / "runs", command="practice", game="toy", seed=1, config={"game": "toy"}) as run:
        run.finish(steps=10)
    folders = Folders(runs=tmp_path / "runs", library=tmp_path / "library", game="toy")
    index = write_bundle(folders, tmp_path / "pages").files[0]
    shown = browser_page()
    shown.open(index.as_uri())
    page = shown.page
    page.get_by_role("link", name="Runs").first.click()
    page.get_by_role("link", name="Practice").click()
    page.wait_for_url("**/run-*.html#/live/*")
    page.get_by_role("link", name="Skills").click()
    page.wait_for_url("**/index.html#/graph")
    page.wait_for_selector("html[data-ready]")


def test_the_first_page_leads_to_all_others_and_the_bar_keeps_its_name(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    """It told its version and nothing else; and after a replay the bar was called after that."""
    build_toy_library(tmp_path / "library")
    (tmp_path / "runs").mkdir()
    shown = browser_page()
    shown.open(serve(runs=tmp_path / "runs", library=tmp_path / "library", game="toy").address())
    page = shown.page
    where = page.get_by_role("navigation", name="Where to go").get_by_role("link")
    assert [link.get_attribute("href") for link in where.all()] == ["#/graph", "#/runs"]
    page.evaluate("document.title = 'Episodes of a run – Journeyman'")
    where.last.click()
    page.get_by_role("heading", name="Runs").wait_for()
    assert page.locator("#bar .brand").inner_text() == "Journeyman"
    assert page.title() == "Journeyman"
