"""A suite file for the toy game, with tasks in words."""

from pathlib import Path

HEAD = 'schema = 1\nname = "mine"\ngame = "toy"\n'
WOOD = """
[[tasks]]
name = "wood"
text = "collect 2 wood"
wordings = ["gather two pieces of wood", "have 2 wood"]
success = 'after["wood"] >= 2'
cap = 60
"""
CORNER = """
[[tasks]]
name = "corner"
text = "gather wood in the corner of the map"
success = 'after["wood"] >= 1 and after["stone"] >= 9'
cap = 40
"""


def write_suite(folder: Path, *tasks: str, head: str = HEAD) -> Path:
    """The file, with these tasks."""
    path = folder / "mine.toml"
    path.write_text(head + "".join(tasks), encoding="utf-8")
    return path
