"""A change to several files of a library happens whole or not at all, whenever the process is killed."""

import errno
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.testing.faults import BROKEN, FULL, READ_ONLY, Killed, failing, faulty, killed, os_error, watched
from envs.disk import Moment, Written
from skills.errors import LibraryDamaged, LibraryNotWritable
from skills.store.change import CHANGE, Change
from skills.store.store import SkillLibrary


class Whole:
    """A library with a graph and a run beside it, and a change to both that adds a version too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = SkillLibrary(folder / "library", "toy")
        self.state = folder / "runs" / "one" / "state.json"

    def begin(self) -> None:
        self.library.folder.mkdir(parents=True)
        self.state.parent.mkdir(parents=True)
        self.library.graph_path.write_bytes(b'{"a": 1}')
        self.state.write_bytes(b"1")

    def change(self) -> None:
        with self.library.change() as change:
            change.install(
                self.library.folder / "chop" / "v1", {"skill.json": b"{}", "DONE": b"{}"}, Written.SKILL
            )
            change.write(self.library.graph_path, b'{"a": 2}', Written.GRAPH)
            change.write(self.state, b"2", Written.STATE)

    @property
    def version(self) -> str:
        """``old``, ``new`` or what is mixed."""
        found = (self.library.versions("chop"), self.library.graph_path.read_bytes(), self.state.read_bytes())
        return {
            (0, b'{"a": 1}', b"1"): "old", (1, b'{"a": 2}', b"2"): "new",
        }.get((len(found[0]), *found[1:]), f"mixed: {found}")  # fmt: skip

    @property
    def left(self) -> list[str]:
        """Hidden files and folders, besides the lock."""
        return [path.name for path in self.folder.rglob(".*") if not path.name.startswith(".lock")]

    def next_write(self) -> None:
        """Whoever takes the lock next."""
        with self.library.change():
            pass


@pytest.fixture
def whole(tmp_path: Path) -> Whole:
    found = Whole(tmp_path / "live")
    found.begin()
    return found


def moments(whole: Whole) -> Iterator[tuple[str, Moment, int]]:
    """All points of the change, in the order in which they are reached."""
    seen: list[tuple[str, Moment]] = []
    copy = Whole(whole.folder.with_name("measured"))
    copy.begin()
    with faulty(lambda point, moment: seen.append((point, moment))):
        copy.change()
    for number, key in enumerate(seen):
        yield (*key, seen[: number + 1].count(key))


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(whole: Whole, tmp_path: Path) -> None:
    fates = []
    for point, moment, nth in moments(whole):
        shutil.rmtree(whole.folder)
        whole.begin()
        with killed(point, moment, nth), pytest.raises(Killed):
            whole.change()
        whole.library.names()  # readers are not hurt
        whole.next_write()
        assert whole.version in ("old", "new"), (point, moment, nth)
        hidden = [name for name in whole.left if name.startswith((".state", ".graph", CHANGE, ".tmp-"))]
        assert [name for name in hidden if not name.startswith(".state")] == []
        assert whole.version == "old" or not hidden
        fates.append(whole.version)
    assert fates == sorted(fates, reverse=True)  # old up to one moment, new from it on
    assert fates.count("new") > 8 and fates.count("old") > 20


def test_a_change_that_fails_before_anything_is_replaced_is_undone(whole: Whole) -> None:
    for point in (
        "skill:make",
        "skill:rename",
        "graph:create",
        "graph:rename",
        "state:write",
        "library:rename",
    ):
        for number in (FULL, READ_ONLY):
            with (
                failing(point, os_error(number), lasting=False),
                pytest.raises((LibraryNotWritable, OSError)),
            ):
                whole.change()
            assert whole.version == "old", point
            assert whole.left == [] and not (whole.library.folder / "chop").exists()


def test_a_change_that_fails_half_way_is_completed_by_the_next_write(whole: Whole) -> None:
    with failing("state:rename", os_error(BROKEN)), pytest.raises(OSError, match=r"state\.json"):
        whole.change()
    assert whole.version.startswith("mixed")
    whole.next_write()
    assert whole.version == "new" and whole.left == []


def test_a_change_whose_last_flush_fails_has_been_made(whole: Whole) -> None:
    with failing("library:flush", os_error(BROKEN), 4):
        whole.change()
    assert whole.version == "new"


def test_a_change_of_one_file_keeps_no_record(whole: Whole) -> None:
    with watched() as reached, whole.library.change() as change:
        change.write(whole.library.graph_path, b"{}", Written.GRAPH)
    assert "library:rename" not in reached


def test_a_change_that_is_given_up_leaves_nothing(whole: Whole) -> None:
    with pytest.raises(KeyError), whole.library.change() as change:
        change.write(whole.library.graph_path, b"{}", Written.GRAPH)
        raise KeyError
    assert whole.version == "old" and whole.left == []


def test_a_run_that_is_gone_does_not_keep_a_library_from_being_completed(whole: Whole) -> None:
    with killed("skill:rename", "before"), pytest.raises(Killed):
        whole.change()
    shutil.rmtree(whole.state.parents[1])
    whole.next_write()
    assert whole.library.versions("chop") == [1] and whole.left == []


def test_a_project_that_was_moved_is_completed_where_it_is(whole: Whole, tmp_path: Path) -> None:
    with killed("skill:rename", "before"), pytest.raises(Killed):
        whole.change()
    whole.folder.rename(tmp_path / "moved")
    moved = Whole(tmp_path / "moved")
    moved.next_write()
    assert moved.version == "new" and moved.left == []


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense", b"[]", b'{"schema": 2, "renames": []}', b'{"schema": 1, "renames": [["graph", "a"]]}',
        json.dumps({"schema": 1, "renames": [["graph", "../../secret", "graph.json"]]}).encode(),
        json.dumps({"schema": 1, "renames": [["graph", ".graph.json.1.tmp", "../graph.json"]]}).encode(),
        json.dumps({"schema": 1, "renames": [["other", ".graph.json.1.tmp", "graph.json"]]}).encode(),
    ],
)  # fmt: skip
def test_a_record_that_no_change_wrote_is_refused(whole: Whole, content: bytes) -> None:
    (whole.library.folder / CHANGE).write_bytes(content)
    with pytest.raises(LibraryDamaged, match=r"\.change\.json is no record of a change .*; remove it$"):
        whole.next_write()
    assert whole.version == "old"
    (whole.library.folder / CHANGE).unlink()
    whole.next_write()


def test_errors_about_other_places_are_not_put_down_to_the_library(whole: Whole) -> None:
    with failing("state:create", os_error(errno.EDQUOT)), pytest.raises(OSError) as caught:
        whole.change()
    assert caught.value.filename == str(whole.state)


def test_a_change_needs_no_lock_of_its_own(whole: Whole) -> None:
    with whole.library.lock(), Change(whole.library.folder) as change:
        change.write(whole.library.graph_path, b"{}", Written.GRAPH)
    assert whole.library.graph_path.read_bytes() == b"{}"
