import json
import re
from pathlib import Path
from typing import Any

import pytest

from agent.errors import BadConfig
from agent.records.runs import Run
from agent.web.offline.bundle import write_bundle
from agent.web.views.folders import Folders
from tests.agent.toy_library import build_toy_library


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    build_toy_library(tmp_path / "library")
    with Run.create(tmp_path / "runs", command="practice", game="toy", seed=1, config={"game": "toy"}) as run:
        run.event("admitted", skill="wood</script>", successes=9, attempts=9)
        run.finish(steps=10)
    damaged = tmp_path / "runs" / "20260101T000000Z-eval-toy-s0-abcdef"
    damaged.mkdir()
    (damaged / "run.json").write_text("{")
    return Folders(runs=tmp_path / "runs", library=tmp_path / "library", game="toy")


def documents(page: Path) -> dict[str, Any]:
    (text,) = re.findall(r'id="documents">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def test_the_first_page_has_graph_and_runs_and_names_the_files_of_runs(
    folders: Folders, tmp_path: Path
) -> None:
    bundle = write_bundle(folders, tmp_path / "pages")
    index, page = bundle.files
    assert {path.name for path in (tmp_path / "pages").iterdir()} == {index.name, page.name}
    first, run = documents(index), documents(page)
    (listed,) = [row["name"] for row in first["/runs"]["runs"] if row["status"] == "done"]
    assert first["/files"][f"live/{listed}"] == page.name
    assert [row["name"] for row in first["/graph/runs?game=toy"]] == [listed]
    assert run["/files"]["graph"] == index.name
    assert run[f"/runs/{listed}/live"]["run"]["name"] == listed


def test_pages_are_written_again_into_their_folder_and_into_no_other(
    folders: Folders, tmp_path: Path
) -> None:
    assert write_bundle(folders, tmp_path / "pages") == write_bundle(folders, tmp_path / "pages")
    other = tmp_path / "other"
    other.mkdir()
    (other / "index.html").write_text("mine")
    with pytest.raises(BadConfig, match="holds other files; name a new or empty folder with --bundle"):
        write_bundle(folders, other)
    assert (other / "index.html").read_text() == "mine"
    with pytest.raises(BadConfig, match="is a file"):
        write_bundle(folders, other / "index.html")


def test_without_a_library_the_runs_are_shown(folders: Folders, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    bundle = write_bundle(
        Folders(runs=folders.runs, library=tmp_path / "empty", game="toy"), tmp_path / "pages"
    )
    assert 'data-start="runs"' in bundle.files[0].read_text(encoding="utf-8")
