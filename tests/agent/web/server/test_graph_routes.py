"""The addresses of the explorer: what is answered, and what is said instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from agent.cli.serve import _explained
from agent.web.server.app import make_app
from agent.web.server.security import Access
from agent.web.views.folders import Folders
from tests.agent.toy_library import build_toy_library

HERE = "http://127.0.0.1:8420"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    build_toy_library(tmp_path / "library")
    folders = Folders(runs=tmp_path / "runs", library=tmp_path / "library", game="toy")
    access = Access(host="127.0.0.1", port=8420)
    with TestClient(make_app(folders, access, _explained), base_url=HERE) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("graph", "edges"),
        ("graph?events=1", "skills"),
        ("graph/skill?skill=gather", "claims"),
        ("graph/fact?fact=wood", "claims"),
        ("graph/answers?skill=gather", "texts"),
        ("graph/plan?goal=build%20bench&have=wood%3D1", "steps"),
    ],
)
def test_answers(client: TestClient, path: str, key: str) -> None:
    answer = client.get(f"/api/{path}")
    assert answer.status_code == 200
    assert key in answer.json()
    again = client.get(f"/api/{path}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["graph/claims", "graph/runs", "graph/libraries"])
def test_lists(client: TestClient, path: str) -> None:
    assert isinstance(client.get(f"/api/{path}").json(), list)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("graph?game=crfter", 404, "crafter"),
        ("graph/skill?skill=gathr", 404, "gather"),
        ("graph/skill?skill=../../../etc/passwd", 404, "no skill"),
        ("graph/plan?goal=zzz", 409, "zzz"),
        ("graph/plan?goal=wood&have=wood", 409, "fact=count"),
        ("graph/moments?run=../secret", 404, "no run"),
        ("graph/skill?skill=" + "x" * 5000, 404, "no skill"),
    ],
)
def test_what_is_wrong_is_said(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(f"/api/{path}")
    assert answer.status_code == status
    assert words in answer.text
