import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape

import pytest

from agent.web.offline.page import render_page, script_json

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">&amp;\u2028'


def page(**documents: object) -> str:
    return render_page(
        HOSTILE, "start", {"start": ""}, {"/about": {"version": HOSTILE, **documents}}, noscript="no script"
    )


def test_only_our_script_and_style_may_run() -> None:
    html = page()
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1])  # type: ignore[index]
    for tag, name in (("script", "script-src"), ("style", "style-src")):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = b64encode(sha256(body.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy


def test_hostile_texts_stay_texts() -> None:
    html = page()
    assert html.count("<script") == 2
    assert "<img" not in html
    (documents,) = re.findall(r'id="documents">(.*?)</script>', html, re.DOTALL)
    assert json.loads(documents)["/about"]["version"] == HOSTILE


def test_nothing_is_fetched() -> None:
    html = page()
    assert not re.search(r'(?:src|href)="(?!#|data:)', html)


def test_a_view_that_does_not_exist() -> None:
    with pytest.raises(KeyError, match="no view 'grph'"):
        render_page("x", "grph", {"grph": ""}, {}, noscript="")


def test_numbers_that_are_not_finite_do_not_end_a_page() -> None:
    assert script_json({"a": float("nan"), "b": [float("inf"), 1]}) == '{"a":null,"b":[null,1]}'


@pytest.mark.parametrize("view", ["live", "report"])
def test_what_several_views_draw_has_its_style_in_every_file(view: str) -> None:
    """A run's status is drawn in the list of runs and at the head of its own page."""
    assert ".status[data-tone=" in render_page("A run", view, {view: ""}, {}, noscript="")
