import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.records.runs import Run


def test_a_long_list_is_shown_in_parts_and_keys_stay_where_they_are(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    config = {"task": "wood", "library": "x"}
    with Run.create(tmp_path, command="solve", game="toy", seed=0, config=config) as run:
        run.finish(successes=1, n=1)
    for number in range(250):
        shutil.copytree(run.path, tmp_path / f"20200101T000000Z-solve-toy-s{number}-abcdef")
    access = serve(runs=tmp_path)
    shown = browser_page()
    page = shown.page
    shown.open(access.address().split("#")[0] + "#/runs")
    assert page.locator("tbody tr").count() == 200
    page.locator("tbody a").nth(3).focus()
    before = page.locator("tbody tr").nth(3).inner_text()
    shutil.copytree(run.path, tmp_path / "29990101T000000Z-solve-toy-s0-abcdef")  # the list changes
    page.get_by_text("252 runs").wait_for()
    assert page.evaluate("document.activeElement.closest('tr').innerText") == before
    page.get_by_role("button", name="Show all 252").click()
    assert page.locator("tbody tr").count() == 252
    page.locator("tbody a").first.press("Enter")
    page.get_by_text("This run has kept no episodes").wait_for()
    shown.wait_until("document.activeElement.id === 'view'")


def test_a_token_is_taken_in_a_page_that_is_open(
    browser_page: Callable[..., Any], serve: Callable[..., Any], tmp_path: Path
) -> None:
    access = serve(runs=tmp_path)
    shown = browser_page()
    shown.open(access.address().split("#")[0] + "#/runs")
    assert shown.page.evaluate("sessionStorage.getItem('token')") is None
    shown.page.goto(access.address())
    shown.wait_until("sessionStorage.getItem('token')")
    assert "token" not in shown.page.url
