"""The changelog keeps its form, and its newest version is the one that is built."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_newest_version_is_that_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)
    assert versions[0] == project["version"]
    assert versions == sorted(
        versions, key=lambda text: [int(part) for part in text.split(".")], reverse=True
    )


def test_every_line_stands_under_a_known_heading() -> None:
    headings = re.findall(r"^### (.*)$", CHANGELOG, re.MULTILINE)
    assert set(headings) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    for version in re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]:
        below = version.split("### ")[0]
        assert not re.search(r"^- ", below, re.MULTILINE), below
        assert re.findall(r"^## (?!\[)", version, re.MULTILINE) == []
