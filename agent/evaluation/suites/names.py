"""Names of the shipped suites, read off the folder: nothing heavy is loaded for a help text."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the shipped suites lie."""


def suite_names() -> list[str]:
    """Names of the shipped suites, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
