"""The commands on damaged libraries and graph files: a message that names the file, and exit code 2."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from skills.store.store import SkillLibrary
from tests.agent.cli.command_line import call
from tests.agent.toy_library import build_toy_library
from tests.skills.store.hostile_library import Files, install, pack, with_record, with_version

pytestmark = pytest.mark.usefixtures("own_folder")

GRAPHS = Path(__file__).parents[2] / "planners" / "graph" / "files"
SHOW = ("skills", "show", "gather")
READING = (("skills", "list"), SHOW, ("skills", "verify"), ("graph",), ("plan", "wood"), ("solve", "wood"))


@pytest.fixture
def sound(tmp_path: Path) -> Files:
    build_toy_library(tmp_path / "sound")
    folder = tmp_path / "sound" / "toy"
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".lock")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def negative_use(files: Files) -> Files:
    return {**files, "gather/v1/stats.json": b'{"schema": 1, "stats": {"successes": -5, "failures": 1}}'}


def negative_record(files: Files) -> Files:
    return with_record(files, "gather/v1", lambda record: record["stats"].update(failures=-100))


def retired_garbage(files: Files) -> Files:
    return {**files, "gather/retired.json": b"{}"}


def guard_that_imports(files: Files) -> Files:
    guard = {"schema": 2, "guard": ["import os"], "ranking": [], "answer_id": ""}
    return {**files, "guard.json": json.dumps(guard).encode()}


def option_that_fails(files: Files) -> Files:
    code = "x = 1 // 0\ndef initiation(facts):\n    return True\n"
    return with_record(files, "gather/v1", lambda record: record["option"].update(initiation=code))


def graph_of_another_game(files: Files) -> Files:
    return {**files, "graph.json": files["graph.json"].replace(b'"game": "toy"', b'"game": "crafter"')}


def skill_of_another_game(files: Files) -> Files:
    return with_record(files, "gather/v1", lambda record: record.update(game="crafter"))


def unknown_action(files: Files) -> Files:
    return with_record(files, "gather/v1", lambda record: record["policy"].update(action="fly"))


def unknown_focus(files: Files) -> Files:
    return with_record(files, "gather/v1", lambda record: record["focus"].update(seek=["dragon"]))


def other_card(files: Files) -> Files:
    return with_version(files, "gather/v1", card_md=b"# harmless")


VERIFY_ONLY = {("skills", "verify")}
LIST, GRAPH, PLAN, SOLVE = ("skills", "list"), ("graph",), ("plan", "wood"), ("solve", "wood")
DAMAGES: list[tuple[Callable[[Files], Files], str, set[tuple[str, ...]]]] = [
    (negative_use, "stats.json", VERIFY_ONLY | {LIST, SHOW}),
    (negative_record, "skill.json", VERIFY_ONLY | {LIST, SHOW, SOLVE}),
    (retired_garbage, "retired.json", VERIFY_ONLY | {LIST, SHOW, SOLVE}),
    (guard_that_imports, "guard.json", VERIFY_ONLY | {SOLVE}),
    (option_that_fails, "skill.json", VERIFY_ONLY | {SOLVE}),
    (graph_of_another_game, "graph.json", VERIFY_ONLY | {GRAPH, PLAN, SOLVE}),
    (skill_of_another_game, "skill.json", VERIFY_ONLY | {LIST, SHOW, SOLVE}),
    (unknown_action, "skill.json", VERIFY_ONLY | {SOLVE}),
    (unknown_focus, "skill.json", VERIFY_ONLY | {SOLVE}),
    (other_card, "card.md", VERIFY_ONLY),
]
"""What is damaged, the file that is to be named, and the commands that cannot do their work with it."""


@pytest.mark.parametrize(("damage", "file", "failing"), DAMAGES)
def test_what_is_damaged_is_named(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    sound: Files,
    damage: Callable[[Files], Files],
    file: str,
    failing: set[tuple[str, ...]],
) -> None:
    install(damage(sound), tmp_path / "library")
    for command in READING[:-1] if SOLVE not in failing else READING:
        code, _, err = call(capsys, *command, "--game", "toy")
        assert code == (2 if command in failing else 0), (command, err)
        if command in failing:
            assert file in err


def test_the_list_shows_what_can_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sound: Files
) -> None:
    install(negative_use(sound), tmp_path / "library")
    code, out, err = call(capsys, "skills", "list", "--game", "toy", "--json")
    document = json.loads(out)
    assert (code, [skill["name"] for skill in document["skills"]]) == (2, ["build_bench"])
    assert document["damaged"]["gather"] in err
    assert "successes is -5" in document["damaged"]["gather"]


def test_an_import_is_checked_as_an_installed_library_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sound: Files
) -> None:
    damaged = graph_of_another_game(negative_use(sound))
    pack(damaged, tmp_path / "x.zip")
    target = ("--game", "toy", "--library", str(tmp_path / "target"))
    code, _, err = call(capsys, "skills", "import", "x.zip", *target)
    assert code == 2
    assert "x.zip is not imported, it has 2 problems: gather/v1/stats.json: " in err
    assert "; graph.json: a graph of 'crafter' in the library of 'toy'" in err
    assert SkillLibrary(tmp_path / "target", "toy").names(retired=True) == []
    pack(sound, tmp_path / "y.zip")
    assert call(capsys, "skills", "import", "y.zip", *target)[0] == 0
    assert call(capsys, "skills", "verify", *target)[0] == 0


def test_imported_skills_that_the_graph_does_not_know_can_be_played(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sound: Files
) -> None:
    """A library keeps its own graph; the records of what was imported say what the skills do."""
    own = {name: data for name, data in sound.items() if not name.startswith("build_bench")}
    graph = json.loads(own["graph.json"])
    graph["nodes"] = [
        node for node in graph["nodes"] if node["name"] in ("gather", "wood", "did.collect_wood")
    ]
    graph["edges"] = [edge for edge in graph["edges"] if "build_bench" not in json.dumps(edge)]
    install({**own, "graph.json": json.dumps(graph).encode()}, tmp_path / "library")
    pack(sound, tmp_path / "x.zip")
    code, out, _ = call(capsys, "skills", "import", "x.zip", "--game", "toy")
    assert (code, "the skill graph of the file was not taken" in out) == (0, True)
    from agent.play.load import load_kit

    opened = load_kit(tmp_path / "library", "toy").open_graph()
    assert opened.available("build_bench")
    assert opened.belief("build_bench").consumes == {"wood": 2}


def test_graph_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for path in sorted(GRAPHS.iterdir()):
        if path.name == "expected.json":
            continue
        output = tmp_path / "out.json"
        code, _, err = call(capsys, "graph", "import", str(path), "--output", str(output))
        assert code == (2 if path.name.startswith("bad_") else 0), (path, err)
        assert output.exists() == (code == 0)
        output.unlink(missing_ok=True)
    _, _, err = call(capsys, "graph", "import", str(GRAPHS / "decimals.json"), "--output", "o.json")
    assert "whole numbers written as decimals (step_cap 90.0, " in err


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("put", [pipe, endless])
@pytest.mark.parametrize(
    "name",
    ["graph.json", ".lock-holder", ".change.json", *(f"gather/v1/{n}" for n in ("skill.json", "card.md"))],
)
@pytest.mark.one_in(4)
def test_a_library_with_a_pipe_or_a_device_in_it(
    sound: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, put: Callable[[Path], None]
) -> None:
    """Reading one waits for a writer, or has no end."""
    install({**sound, name: b""}, tmp_path / "library")
    put(tmp_path / "library" / "toy" / name)
    for command in (*READING, ("skills", "retire", "gather", "--reason", "x")):
        code, _, err = call(capsys, *command, "--game", "toy", "--library", "library")
        assert code in (0, 2, 3)
        assert code == 0 or Path(name).name in err or "no skill" in err
    code, _, _ = call(capsys, "skills", "verify", "--game", "toy", "--library", "library")
    assert (code == 2) == (not name.startswith("."))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("deep.json", ("practice", "--llm", "recorded:deep.json")),
        ("deep.toml", ("practice", "--preset", "deep.toml")),
        ("deep.json", ("preferences", "--events", "deep.json")),
        ("deep.json", ("plan", "wood", "--graph", "deep.json")),
        ("deep.toml", ("eval", "deep.toml")),
    ],
)
def test_a_file_that_is_nested_too_deeply(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, arguments: tuple[str, ...]
) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    (tmp_path / name).write_text(f"a = {deep}" if name.endswith("toml") else deep)
    game = () if arguments[0] == "eval" else ("--game", "toy")
    code, _, err = call(capsys, *arguments, *game)
    assert code == 2 and "deep" in err
