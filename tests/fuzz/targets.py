"""What is fuzzed: readers of bytes that come from outside, and the errors that they may answer with.

Everything else that comes out of a reader is a fault: another exception, a hang, memory without bound.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from planners.graph.graph import SkillGraph

TESTS = Path(__file__).parents[1]
CORPUS = Path(__file__).with_name("corpus")

LONGEST_MESSAGE = 8_000

MODULES = {
    "reply": ["agent.llm.parse", "agent.llm.objects", "agent.llm.thoughts"],
    "goal": ["planners.goal_parser", "planners.goals"],
    "graph": ["planners.graph"],
    "archive": ["skills.store", "skills.zip_members"],
    "member": ["skills.store", "skills.skill", "skills.code.syntax_tree", "planners.graph"],
    "weights": ["skills.weights", "skills.zip_members", "skills.network"],
    "level": ["envs.nethack.levels", "envs.nethack.text_file"],
    "frame": ["envs.remote.side.frames"],
    "wire": ["envs.minecraft.wire.mission", "envs.minecraft.wire.commands"],
    "options": ["envs.nethack.options_check", "envs.nethack.options_file", "envs.nethack.text_file"],
}
"""Each target with the modules whose branches guide the fuzzer."""

SEEDS = {
    "reply": [TESTS / "agent/llm/replies"],
    "graph": [TESTS / "planners/graph/files"],
}
"""Folders with inputs of other tests that are good beginnings."""


@dataclass(frozen=True, slots=True)
class Target:
    """A reader.

    Attributes:
        read: gives it some bytes.
        refusals: the errors that are its answer to bad input.
    """

    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]

    def run(self, data: bytes) -> bool:
        """Give the reader some bytes; whether it took them. Whatever else it raises is a fault."""
        try:
            self.read(data)
        except self.refusals as error:
            message = str(error)
            assert message.strip(), f"{type(error).__name__} without a message"
            assert len(message) < LONGEST_MESSAGE, f"a message of {len(message):,} characters"
            return False
        return True


@cache
def target(name: str) -> Target:
    """The target of that name, one of `MODULES`."""
    return _MAKERS[name]()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _reply() -> Target:
    from agent.llm.parse import Unparsable, parse_reply
    from agent.llm.replies import GoalFacts

    return Target(lambda data: parse_reply(_text(data), GoalFacts), (Unparsable,))


def _goal() -> Target:
    from envs.registry import game_spec
    from planners.errors import UnknownGoal
    from planners.goal_parser import parse_goal
    from planners.graph.formats import read_graph

    graph = read_graph(TESTS.parent / "skills/library/crafter/graph.json")
    return Target(lambda data: parse_goal(_text(data), graph, game_spec("crafter")), (UnknownGoal,))


def _graph() -> Target:
    from planners.errors import BadGraph
    from planners.graph.formats import read_graph
    from planners.graph.validation import find_problems

    def read(data: bytes) -> SkillGraph:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "graph"
            path.write_bytes(data)
            graph = read_graph(path)
        find_problems(graph)
        return SkillGraph.from_json(json.loads(json.dumps(graph.to_json())))

    return Target(read, (BadGraph,))


def _import(content: bytes) -> object:
    from agent.play.libraries import library_at

    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "skills.zip"
        archive.write_bytes(content)
        library = library_at(Path(folder) / "library", "toy")
        report = library.import_(archive)
        assert not library.verify(), "what was imported does not verify"
        library.load_all()
    return report


def _archive() -> Target:
    from skills.errors import LibraryConflict, LibraryDamaged

    return Target(_import, (LibraryDamaged, LibraryConflict))


def _member() -> Target:
    """One file of a library replaced by the bytes given, all hashes right, so that they are looked at."""
    from skills.errors import LibraryConflict, LibraryDamaged

    with zipfile.ZipFile(CORPUS / "archive" / "toy.zip") as archive:
        files = {name: archive.read(name) for name in sorted(archive.namelist())}
    names = [name for name in files if name != "library.json" and not name.endswith("/DONE")]

    def read(data: bytes) -> object:
        if not data:
            return None
        changed = {**files, names[data[0] % len(names)]: data[1:]}
        return _import(_sealed(changed))

    return Target(read, (LibraryDamaged, LibraryConflict))


def _sealed(files: dict[str, bytes]) -> bytes:
    """An archive of these files in which every recorded hash is that of the content."""
    sealed = dict(files)
    for name in [name for name in files if name.endswith("/DONE")]:
        folder, done = name.removesuffix("DONE"), json.loads(files[name])
        done["files"] = {member: sha256(files[folder + member]).hexdigest() for member in done["files"]}
        sealed[name] = json.dumps(done).encode()
    contents = json.loads(files["library.json"])
    contents["files"] = {name: sha256(sealed[name]).hexdigest() for name in contents["files"]}
    sealed["library.json"] = json.dumps(contents).encode()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in sealed.items():
            archive.writestr(name, data)
    return content.getvalue()


def _level() -> Target:
    from envs.errors import BadGameOption
    from envs.nethack.levels import check_level

    return Target(lambda data: check_level(_text(data)), (BadGameOption,))


def _options() -> Target:
    from envs.errors import BadGameOption
    from envs.nethack.options_check import check_allowed, read_options
    from envs.nethack.options_file import complete_options, read_options_file

    def read(data: bytes) -> str:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "nethackrc"
            path.write_bytes(data)
            text = read_options_file(path)
        check_allowed(read_options(text))
        return complete_options(text, None, pet=True, autopickup=None)

    return Target(read, (BadGameOption,))


def _frame() -> Target:
    """All frames of a stream, and their arrays as numpy sees them."""
    import numpy as np

    from envs.remote.side.frames import ITEM_BYTES, BadFrame, FrameReader

    def read(data: bytes) -> object:
        reader = FrameReader(memoryview(bytearray(8_192)))
        reader.feed(data)
        found = []
        while (message := reader.next()) is not None:
            for array in message.arrays.values():
                assert (
                    np.frombuffer(array.data, array.type).reshape(array.shape).itemsize
                    == ITEM_BYTES[array.type]
                )
            found.append(message)
        if reader.held:
            raise BadFrame(f"{reader.held} of {reader.expected} bytes of a frame")
        return found

    return Target(read, (BadFrame,))


def _wire() -> Target:
    """What a client of Malmo's protocol sends: a mission where it begins as one, else the body of a step."""
    from envs.minecraft.wire.commands import read_commands
    from envs.minecraft.wire.errors import BadMessage, BadMission
    from envs.minecraft.wire.mission import read_mission

    def read(data: bytes) -> object:
        return read_mission(data) if data.lstrip().startswith(b"<") else read_commands(_text(data))

    return Target(read, (BadMission, BadMessage))


def _weights() -> Target:
    from skills.errors import LibraryDamaged, PolicyMismatch
    from skills.network import NumpyNetwork, policy_weights

    def read(data: bytes) -> object:
        return NumpyNetwork.from_state(policy_weights(data, "policy.zip"))

    return Target(read, (LibraryDamaged, PolicyMismatch))


_MAKERS: dict[str, Callable[[], Target]] = {
    "reply": _reply,
    "goal": _goal,
    "graph": _graph,
    "archive": _archive,
    "member": _member,
    "level": _level,
    "options": _options,
    "frame": _frame,
    "wire": _wire,
    "weights": _weights,
}
