"""Whatever is written goes through `envs.disk`, where it has a name and can be made to fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from envs.disk import STEPS, Written
from tests.test_layers import modules

WRITING_FUNCTIONS = {
    "os": {
        "open", "write", "rename", "renames", "replace", "link", "symlink", "unlink", "remove", "removedirs",
        "rmdir", "mkdir", "makedirs", "truncate", "ftruncate", "fsync", "fdatasync", "chmod", "utime",
    },
    "shutil": {"rmtree", "copy", "copy2", "copyfile", "copytree", "move", "make_archive", "unpack_archive"},
    "tempfile": {
        "mkstemp", "mkdtemp", "TemporaryDirectory", "NamedTemporaryFile", "TemporaryFile",
        "SpooledTemporaryFile",
    },
    "np": {"save", "savez", "savez_compressed", "savetxt"},
    "torch": {"save"},
    "zipfile": {"ZipFile"},
    "tarfile": {"open", "TarFile"},
}  # fmt: skip
"""By module; of those that can read as well, only calls with a mode that writes count."""

WRITING_METHODS = {
    "write_text", "write_bytes", "mkdir", "rmdir", "unlink", "rename", "touch", "symlink_to", "hardlink_to",
    "chmod", "rmtree", "truncate",
}  # fmt: skip
"""Of paths and files, whatever they are called on."""

ALLOWED = {
    "envs/disk.py": "it is the door",
    "envs/code_cache.py": "compiled code, made again when it is missing",
    "envs/first_use.py": "that code was compiled, found out again when it is missing",
    "envs/grid/numba_cache.py": "compiled code, made again when it is missing",
    "envs/reading.py": "opens files to be read",
    "envs/nethack/engine.py": "the engine's own temporary files",
    "envs/nethack/levels.py": "the level compiler's temporary files",
    "envs/nethack/options_file.py": "the engine's own temporary files",
    "envs/shortage.py": "whether another file can be opened",
    "envs/remote/process.py": "a worker's temporary folder",
    "envs/remote/side/watch.py": "a worker's temporary folder",
    "envs/workers/cluster/actor.py": "a worker's temporary folder",
    "envs/workers/cluster/connection.py": "the temporary folder of a local Ray",
    "envs/workers/processes.py": "a worker's temporary folder",
    "envs/workers/serve.py": "a worker's temporary folder",
    "envs/recording/recorder.py": "streams into a hidden folder, inside `disk.point`; the folder is renamed",
    "skills/training/host.py": "the temporary folder of a training whose run is elsewhere",
    "skills/network.py": "into memory; the bytes go through the door",
    "skills/start_bank.py": "into memory; the bytes go through the door",
    "skills/store/archive.py": "into memory; the bytes go through the door",
    "skills/training/checkpoint.py": "into memory; the bytes go through the door",
    "agent/cli/failures.py": "the report of a crash, in a temporary file",
    "agent/cli/signals.py": "to the terminal",
    "agent/cli/streams.py": "to the terminal, or nowhere",
    "agent/machine.py": "whether temporary files can be written",
    "agent/judge_training/learning.py": "into memory; the bytes go through the door",
    "agent/judge_training/plays.py": "into memory; the bytes go through the door",
    "agent/judge_training/recipe.py": "into memory; the bytes go through the door",
    "agent/judge_training/translating.py": "into memory; the bytes go through the door",
    "agent/judges/embedded/shipped_states.py": "into memory; the bytes go through the door",
    "agent/judges/embedded/weights.py": "into memory; the bytes go through the door",
    "agent/testing/scripted_peer.py": "what a peer of a test prints, and how many were started",
    "agent/bench/contenders.py": "a benchmark's temporary folder",
    "agent/bench/curricula.py": "a benchmark's temporary folder",
    "agent/bench/cluster_overhead.py": "a benchmark's temporary folder",
    "agent/bench/large_library.py": "a benchmark's temporary folder",
    "agent/bench/library.py": "a benchmark's temporary folder",
    "agent/bench/web_graph.py": "a benchmark's temporary folder",
    "agent/bench/web_replay.py": "a benchmark's temporary folder",
    "agent/bench/live_cost.py": "a benchmark's temporary folder",
    "agent/bench/soak.py": "a benchmark's temporary folder",
    "agent/bench/peers/environment.py": "packages of others, installed again when they are missing",
    "agent/bench/peers/process.py": "a benchmark's temporary folder",
    "agent/bench/reward_sources.py": "a benchmark's temporary folder",
    "agent/studies/bootstrapping.py": "copies of libraries, made again when they are not whole",
    "agent/studies/kills.py": "what the commands of a study say",
    "agent/studies/commands.py": "what the commands of a study say",
    "agent/cli/graph.py": "a temporary folder for a page that is only looked at",
}
"""Files that write by themselves, and why."""

ROOT = Path(__file__).parent.parent


def writes(tree: ast.AST) -> Iterator[str]:
    """Calls that write, as ``line: call``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _writing_call(node)):
            yield f"{node.lineno}: {name}"


def _writing_call(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name):
        return "open" if function.id == "open" and _mode(call, 1) else ""
    if not isinstance(function, ast.Attribute):
        return ""
    name = function.attr
    if isinstance(function.value, ast.Name) and function.value.id in WRITING_FUNCTIONS:
        reads = name in ("ZipFile", "TarFile") or (function.value.id, name) == ("tarfile", "open")
        listed = name in WRITING_FUNCTIONS[function.value.id]
        return f"{function.value.id}.{name}" if listed and (not reads or _mode(call, 1)) else ""
    if function_is_of_the_door(function):
        return ""
    if name == "open" and _mode(call, 0):
        return ".open"
    if name == "replace" and len(call.args) == 1 and not call.keywords:
        return ".replace"  # of a path: that of a text takes two arguments, dataclasses.replace has keywords
    return f".{name}" if name in WRITING_METHODS else ""


def function_is_of_the_door(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Name) and function.value.id == "disk"


def _mode(call: ast.Call, place: int) -> bool:
    """Whether the mode given to something like ``open`` writes; one that cannot be told counts."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[
        place : place + 1
    ]
    if not given:
        return False
    if isinstance(given[0], ast.Name) and given[0].id != "mode" and place == 0:
        return False  # a member of an archive
    mode = given[0].value if isinstance(given[0], ast.Constant) else "w"
    return not set(str(mode)).isdisjoint("wax+")


@pytest.mark.parametrize(
    "source",
    [
        "os.replace(a, b)", "os.fsync(h)", "open(p, 'w')", "open(p, mode='ab')", "p.open('x')",
        "p.open('r+b')",
        "p.write_text(t)", "p.write_bytes(b)", "tempfile.mkstemp()", "shutil.rmtree(p)", "p.rename(q)",
        "p.replace(q)", "p.unlink(missing_ok=True)", "p.parent.mkdir()", "np.savez(p, a=a)",
        "torch.save(x, p)",
        "zipfile.ZipFile(p, 'w')", "open(p, mode)",
    ],
)  # fmt: skip
def test_what_writes_is_found(source: str) -> None:
    assert list(writes(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    ["text.replace('a', 'b')", "replace(x, a=1)", "dataclasses.replace(x, a=1)", "open(p)", "p.open('rb')",
     "disk.rename(a, b, what)", "os.path.join(a, b)", "zipfile.ZipFile(p)", "p.read_text()"],
)  # fmt: skip
def test_what_reads_is_not(source: str) -> None:
    assert not list(writes(ast.parse(source)))


def found() -> dict[str, list[str]]:
    files = {path.relative_to(ROOT).as_posix(): path for path in modules().values()}
    calls = {name: list(writes(ast.parse(path.read_text(encoding="utf-8")))) for name, path in files.items()}
    return {name: lines for name, lines in calls.items() if lines}


def test_everything_is_written_through_the_door() -> None:
    outside = {name: lines for name, lines in found().items() if name not in ALLOWED}
    assert outside == {}, "write through envs.disk, so that a full disk and a kill can be tried there"


def test_nothing_is_allowed_that_is_not_needed() -> None:
    assert sorted(set(ALLOWED) - set(found())) == []


def test_points_have_names_that_are_told_apart() -> None:
    names = [*Written, *STEPS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


def test_everything_that_has_a_name_is_written_somewhere() -> None:
    named = {
        node.attr
        for path in modules().values()
        if path.name != "disk.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Written"
    }
    assert named | {"OUTPUT"} == set(Written.__members__)
