"""CONTRIBUTING.md names everything that there is to name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def rooms() -> dict[str, set[str]]:
    """For each package the folders that have a row in the table."""
    found: dict[str, set[str]] = {}
    for package, folder in re.findall(r"^\| (?:`(\w+)/`|· `([\w/]+)`) \|", CONTRIBUTING, re.MULTILINE):
        if package:
            current = found.setdefault(package, set())
        else:
            current.add(folder)
    return found


@pytest.mark.parametrize("package", ["envs", "skills", "planners", "agent"])
def test_every_folder_has_a_row(package: str) -> None:
    folders = {file.parent.relative_to(ROOT / package).parts[:1] for file in (ROOT / package).rglob("*.py")}
    assert {parts[0] for parts in folders if parts} <= rooms()[package]


def test_every_target_of_make_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert {f"`make {target}`" for target in phony.split()} <= set(re.findall(r"`make [\w-]+`", CONTRIBUTING))
    told = "\n".join(line for line in makefile.splitlines() if line.startswith("#"))
    assert all(re.search(rf"\b{target}\b", told) for target in phony.split())
