"""Doors: there is one way to the terminal and one way to what is written down, and no code goes past them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("envs", "skills", "planners", "agent")

ALLOWED = {
    ("print", "agent/practice/progress.py"): "one line of progress, made fit by `shown`",
    ("Terminal", "agent/cli/output.py"): "the consoles",
    ("stdout", "agent/cli/output.py"): "documents that were made fit",
    ("logging", "agent/cli/output.py"): "lines of the log, made fit",
    ("stdout", "agent/cli/streams.py"): "flushed and led nowhere, not written to",
    ("stderr", "agent/cli/output.py"): "given to a console",
    ("stdout", "envs/minecraft/side/look.py"): "of a process of its own, which ours reads",
    ("stdout", "envs/minecraft/side/world.py"): "of a process of its own, whose remarks are forgotten",
    ("stdout", "envs/minecraft/wire/__main__.py"): "of an engine's process: the lines that clients wait for",
    ("logging", "envs/minecraft/wire/__main__.py"): "of an engine's process, bounded by what it logs",
    ("print", "agent/cli/__init__.py"): "where our packages are hidden, and the door with them",
    ("stderr", "agent/cli/__init__.py"): "the same",
    ("stderr", "agent/cli/streams.py"): "flushed and led nowhere, not written to",
    ("stderr", "agent/cli/signals.py"): "asked whether it is a terminal",
    ("stderr", "agent/cli/practice.py"): "given to `PlainProgress`",
    ("Style markup", "agent/cli/options.py"): "examples in help texts, which are ours",
}
"""(what, file) -> why that is no way past the door."""

CONSOLES = {"Console", "Live", "Panel", "Markdown", "Pretty"}
"""What writes to a terminal by itself, or reads markup in whatever it is given."""

MARKUP = {"from_markup", "secho", "echo", "print_exception", "rule", "status", "print_exc", "excepthook"}
"""Methods that do."""


def files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    match node.func:
        case ast.Name(name):
            return name
        case ast.Attribute(_, name):
            return name
    return ""


def ways_past(module: ast.Module) -> Iterator[str]:
    """Everything in a module that writes to a terminal past the door."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
            if node.attr.strip("_") in ("stdout", "stderr"):
                yield node.attr.strip("_")
        elif isinstance(node, ast.JoinedStr) and _has_style_markup(node):
            yield "Style markup"


def _in_call(node: ast.Call) -> Iterator[str]:
    name = called(node)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if name == "print" and isinstance(node.func, ast.Name):
        yield "print"
    if name in CONSOLES and not (name == "Live" and "console" in given):
        yield name
    if name == "Terminal":
        yield "Terminal"
    if name in MARKUP:
        yield name
    if name in ("basicConfig", "StreamHandler"):
        yield "logging"
    if isinstance(given.get("markup"), ast.Constant) and given["markup"].value is True:  # type: ignore[attr-defined]
        yield "markup=True"
    if name == "TextColumn" and "markup" not in given:
        yield "TextColumn with markup"


def _has_style_markup(node: ast.JoinedStr) -> bool:
    """Whether a text with values in it also has rich's tags in it."""
    fixed = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return any(tag in fixed for tag in ("[/]", "[bold", "[red", "[dim", "[green", "[yellow", "[link"))


def test_what_writes_to_a_terminal_past_the_door_is_what_may() -> None:
    done = {(way, path.relative_to(ROOT).as_posix()) for path in files() for way in ways_past(tree(path))}
    assert done - set(ALLOWED) == set()
    assert set(ALLOWED) - done == set(), "what is not done any more need not be allowed"


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("print(x)", "print"),
        ("Console()", "Console"),
        ("rich.console.Console(file=f)", "Console"),
        ("console.print(x, markup=True)", "markup=True"),
        ("sys.stdout.write(x)", "stdout"),
        ("sys.__stderr__.write(x)", "stderr"),
        ("typer.echo(x)", "echo"),
        ("Text.from_markup(x)", "from_markup"),
        ("traceback.print_exc()", "print_exc"),
        ("logging.basicConfig()", "logging"),
        ("f'[bold]{x}[/]'", "Style markup"),
        ("TextColumn('{task.description}')", "TextColumn with markup"),
    ],
)
def test_a_way_past_the_door_is_found(code: str, way: str) -> None:
    assert way in list(ways_past(ast.parse(code)))


# -- What is written down -----------------------------------------------------------------------------------

WRITERS = {
    "agent/records/journal.py": "redact_records",
    "agent/records/runs/folder.py": "redact_record",
    "agent/cli/output.py": "redact_record",
    "agent/cli/terminal.py": "redact",
    "agent/practice/progress.py": "shown",
    "agent/llm/asking.py": "redact",
    "agent/llm/failures.py": "shown",
}
"""File -> the function of `agent.records.redaction` that all it writes, keeps or tells passes."""


@pytest.mark.parametrize("place", WRITERS)
def test_what_writes_redacts(place: str) -> None:
    calls = [called(node) for node in ast.walk(tree(ROOT / place)) if isinstance(node, ast.Call)]
    assert WRITERS[place] in calls


def _cuts(module: ast.Module) -> Iterator[ast.Subscript]:
    """Texts of errors and replies that are cut: ``str(x)[:n]``, ``error.text[:n]``."""
    for node in ast.walk(module):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            if node.slice.lower is not None:
                continue
            source = ast.unparse(node.value)
            if source.startswith(("str(", "repr(")) or "error" in source:
                yield node


def test_no_text_of_an_error_is_cut_before_it_is_redacted() -> None:
    """`shown` redacts, then cuts."""
    found = [
        (path.relative_to(ROOT).as_posix(), ast.unparse(node))
        for path in sorted((ROOT / "agent").rglob("*.py"))
        for node in _cuts(tree(path))
    ]
    assert [cut for cut in found if not cut[1].startswith("error.errors(")] == []


def test_one_module_says_what_a_secret_is() -> None:
    texts = {
        path.relative_to(ROOT).as_posix(): [
            node.value.upper()
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for path in files()
    }
    marks = ("PASSWORD", "TOKEN", "|")
    found = [place for place, said in texts.items() if any(all(m in text for m in marks) for text in said)]
    assert found == ["agent/records/redaction.py"]
