from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.records.runs import find_run
from agent.web.offline.reports import compare_page, report_page
from agent.web.views.compare import compare
from agent.web.views.report import report
from tests.agent.web.views.runs_to_report import evaluation, unlocking


@pytest.fixture
def runs(tmp_path: Path) -> list[str]:
    one = evaluation(tmp_path / "runs", [unlocking(seed, "collect_wood") for seed in range(60)])
    two = evaluation(tmp_path / "runs", [unlocking(seed, "collect_wood", "wake_up") for seed in range(60)])
    return [one.name, two.name]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (375, False)])
@pytest.mark.one_in(3)
def test_reports_open_offline(
    runs: list[str], tmp_path: Path, browser_page: Callable[..., Any], width: int, dark: bool
) -> None:
    one, two = (find_run(tmp_path / "runs", name) for name in runs)
    pages = {"report": report_page(report(one)), "compare": compare_page(compare(one, two))}
    for name, text in pages.items():
        (tmp_path / f"{name}.html").write_text(text)
        opened = browser_page(width, 812 if width < 600 else 900, dark=dark)
        opened.open((tmp_path / f"{name}.html").as_uri())
        page = opened.page
        assert page.locator(".chart").count() >= 3
        assert page.locator(".chart .dot").count() >= 3
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if name == "report":
            assert page.locator(".table tbody tr").count() == 50
            page.get_by_role("button", name="Show 10 more episodes").click()
            assert page.locator(".table tbody tr").count() == 60
            assert "object HTML" not in page.inner_text("#view")
        opened.picture(f"{name}-{width}{'-dark' if dark else ''}")


def test_reports_are_served(
    runs: list[str], tmp_path: Path, browser_page: Callable[..., Any], serve: Callable[..., Any]
) -> None:
    access = serve(runs=tmp_path / "runs")
    opened = browser_page()
    opened.open(f"http://127.0.0.1:{access.port}/#/report/{runs[0]}")
    assert runs[0] in opened.page.inner_text("#view")
    opened.open(f"http://127.0.0.1:{access.port}/#/compare/{runs[0]}/{runs[1]}")
    assert "60 pairs" in opened.page.inner_text("#view")
    opened.page.get_by_role("link", name=runs[1]).click()
    opened.page.wait_for_selector("text=collect wood")
