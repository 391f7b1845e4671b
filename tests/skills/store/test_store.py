import errno
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from agent.testing.faults import failing, os_error
from skills.errors import LibraryDamaged, LibraryLocked, LibraryNewer, LibraryNotWritable, UnknownSkill
from skills.files import sha256
from skills.skill import Effects, OptionCode, PolicyRecord, Skill, SkillStats
from skills.store.store import SkillLibrary
from tests.skills.toy_policy import toy_policy

WEIGHTS = toy_policy()
REWARD = "def reward(before, after):\n    return after['wood'] - before['wood']\n"


def learned(name="collect_wood", **changes):
    return Skill(
        name=name,
        game="toy",
        kind="act",
        description="Collect wood.",
        effects=Effects(requires={"near.tree": 1}, obtains={"wood": 1}),
        policy=PolicyRecord(kind="learned"),
        reward=REWARD,
    ).model_copy(update=changes)


def scripted(name="make_pick", **changes):
    policy = PolicyRecord(kind="scripted", action="make_pick")
    return learned(name, policy=policy, reward="", **changes)


@pytest.fixture
def library(tmp_path):
    return SkillLibrary(tmp_path, "toy")


def tree(folder):
    """Every file below a folder with its content, locks left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".lock")
    }


def test_an_empty_library(library):
    assert library.names() == []
    assert library.versions("collect_wood") == []
    assert library.load_all() == {}
    assert library.verify() == []
    assert not library.folder.exists()


def test_what_is_added_comes_back(library):
    evidence = {"episodes": 20, "note": "ä"}
    stored = library.add(
        learned(option=OptionCode(initiation="def initiation(facts): ...")), WEIGHTS, evidence
    )
    assert stored.version == 1
    assert stored.policy.sha256 == sha256(WEIGHTS)
    assert library.names() == ["collect_wood"]
    assert library.load("collect_wood") == stored
    assert library.weights_path("collect_wood").read_bytes() == WEIGHTS
    assert library.evidence("collect_wood") == evidence
    assert library.verify() == []
    folder = library.folder / "collect_wood" / "v1"
    assert {path.name for path in folder.iterdir()} == {
        "DONE",
        "card.md",
        "evidence.json",
        "option.py.txt",
        "policy.zip",
        "reward.py.txt",
        "skill.json",
    }
    assert (folder / "reward.py.txt").read_text() == REWARD
    done = json.loads((folder / "DONE").read_text())
    assert done["schema"] == 1
    assert done["files"]["policy.zip"] == sha256(WEIGHTS)
    assert set(done["files"]) == {path.name for path in folder.iterdir()} - {"DONE"}


def test_versions_are_counted_up_and_never_overwritten(library, tmp_path):
    weights = tmp_path / "new.zip"
    weights.write_bytes(toy_policy(2))
    library.add(learned(), toy_policy(1))
    first = tree(library.folder)
    assert library.add(learned(), weights).version == 2
    assert first.items() <= tree(library.folder).items()
    assert library.versions("collect_wood") == [1, 2]
    assert library.load("collect_wood").version == 2
    assert library.load("collect_wood", 1).policy.sha256 == sha256(toy_policy(1))
    assert library.weights_path("collect_wood", 1).read_bytes() == toy_policy(1)


def test_ten_comes_after_nine(library):
    for _ in range(11):
        library.add(scripted())
    assert library.load("make_pick").version == 11


def test_skills_that_do_not_fit(library):
    with pytest.raises(
        ValueError, match="collect_wood is a skill of 'crafter'; this is the library of 'toy'"
    ):
        library.add(learned(game="crafter"), b"x")
    with pytest.raises(ValueError, match="collect_wood is learned and comes without weights"):
        library.add(learned())
    with pytest.raises(ValueError, match="make_pick is scripted and comes with weights"):
        library.add(scripted(), b"x")
    with pytest.raises(FileNotFoundError):
        library.add(learned(), Path("/nonexistent/policy.zip"))
    assert library.names() == []


def test_unknown_skills_and_versions(library):
    library.add(scripted())
    message = (
        r"^no skill 'make_pik' in the library of toy; did you mean 'make_pick'\? "
        "It has 1 skill: journeyman skills list --game toy --library "
    )
    with pytest.raises(UnknownSkill, match=message):
        library.load("make_pik")
    with pytest.raises(UnknownSkill, match=r"^make_pick has no version 7; it has: 1$"):
        library.load("make_pick", 7)
    with pytest.raises(UnknownSkill, match=r"no skill '../make_pick'"):
        library.load("../make_pick")
    with pytest.raises(ValueError, match=r"^make_pick v1 is scripted; it has no policy.zip$"):
        library.weights_path("make_pick")


def test_changed_weights_are_not_used(library):
    library.add(learned(), WEIGHTS)
    path = library.folder / "collect_wood" / "v1" / "policy.zip"
    path.write_bytes(b"other")
    message = (
        f"policy.zip of collect_wood v1 has changed: expected sha256 {sha256(WEIGHTS)}, "
        f"found {sha256(b'other')}; restore it or remove the version"
    )
    with pytest.raises(LibraryDamaged) as error:
        library.weights_path("collect_wood")
    assert str(error.value) == message
    assert library.load("collect_wood").name == "collect_wood"
    assert [(p.path, p.message) for p in library.verify()] == [("collect_wood/v1/policy.zip", message)]
    path.unlink()
    with pytest.raises(
        LibraryDamaged, match=r"^policy.zip of collect_wood v1 is missing; restore it or remove"
    ):
        library.weights_path("collect_wood")


def test_weights_and_manifest_changed_together_are_found_by_the_record(library):
    library.add(learned(), WEIGHTS)
    folder = library.folder / "collect_wood" / "v1"
    done = json.loads((folder / "DONE").read_text())
    done["files"]["policy.zip"] = sha256(b"other")
    (folder / "DONE").write_text(json.dumps(done))
    (folder / "policy.zip").write_bytes(b"other")
    with pytest.raises(LibraryDamaged, match=r"policy.zip of collect_wood v1 has changed"):
        library.weights_path("collect_wood")
    assert [p.path for p in library.verify()] == ["collect_wood/v1/policy.zip"]


def rewrite(folder, name, content):
    """Change a file and its hash in DONE."""
    (folder / name).write_bytes(content)
    done = json.loads((folder / "DONE").read_text())
    done["files"][name] = sha256(content)
    (folder / "DONE").write_text(json.dumps(done))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", r"skill.json of make_pick v1 is not JSON: .*; restore it or remove the version"),
        (b"[" * 100_000, "skill.json of make_pick v1 is not JSON"),
        (b"[]", "skill.json of make_pick v1 holds list, not an object"),
        (b'{"schema_version": 99}', "skill.json of make_pick v1 has schema 99; this version reads up to"),
        (b"{}", "skill.json of make_pick v1 is not a skill record: name: Field required"),
    ],
)
def test_records_that_cannot_be_read(library, content, message):
    library.add(scripted())
    rewrite(library.folder / "make_pick" / "v1", "skill.json", content)
    with pytest.raises(LibraryDamaged, match=f"^{message}"):
        library.load("make_pick")
    assert [p.path for p in library.verify()] == ["make_pick/v1/skill.json"]


def test_a_record_that_was_edited(library):
    library.add(scripted())
    path = library.folder / "make_pick" / "v1" / "skill.json"
    path.write_text(path.read_text().replace("Collect", "Kollect"))
    with pytest.raises(LibraryDamaged, match=r"skill.json of make_pick v1 has changed: expected sha256"):
        library.load("make_pick")


def test_a_record_in_the_wrong_folder(library):
    library.add(scripted())
    (library.folder / "make_pick").rename(library.folder / "make_axe")
    with pytest.raises(
        LibraryDamaged, match=r"skill.json of make_axe v1 is that of make_pick v1; move it back"
    ):
        library.load("make_axe")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"nonsense", "DONE of make_pick v1 is not JSON"),
        (b'{"schema": 2, "files": {}}', "DONE of make_pick v1 has schema 2; this version reads up to 1"),
        (b'{"schema": 1, "files": {}}', "DONE of make_pick v1 lists no skill.json"),
    ],
)
def test_manifests_that_cannot_be_read(library, content, message):
    library.add(scripted())
    (library.folder / "make_pick" / "v1" / "DONE").write_bytes(content)
    with pytest.raises(LibraryDamaged, match=f"^{message}"):
        library.load("make_pick")
    assert [p.path for p in library.verify()] == ["make_pick/v1/DONE"]


def test_half_written_folders_are_ignored_and_removed_at_the_next_write(library, caplog):
    library.add(scripted())
    half = library.folder / "make_pick" / "v2"
    half.mkdir()
    (half / "skill.json").write_text("{")
    staging = library.folder / "make_pick" / ".tmp-v3-abc"
    staging.mkdir()
    with caplog.at_level(logging.WARNING):
        assert library.versions("make_pick") == [1]
    assert f"{half} is half-written (no DONE) and ignored" in caplog.text
    problems = {p.path: p.message for p in library.verify()}
    assert problems == {
        "make_pick/v2": "half-written (no DONE); ignored, and removed at the next write",
    }
    assert library.add(scripted()).version == 2
    assert library.versions("make_pick") == [1, 2]
    assert library.verify() == []


def test_a_library_that_is_held_is_looked_through_once(library, monkeypatch):
    library.add(scripted())
    library.add(scripted("rest"))
    library.add(scripted("nap"))
    (library.folder / "make_pick" / ".tmp-v3-abc").mkdir()
    looked = []
    monkeypatch.setattr(
        "skills.store.store._children",
        lambda folder: looked.append(folder.name) or (sorted(folder.iterdir()) if folder.is_dir() else []),
    )
    with library.lock():
        library.add(scripted("walk"))
        assert not (library.folder / "make_pick" / ".tmp-v3-abc").exists()
        assert library.newest() == {"make_pick": 1, "nap": 1, "rest": 1, "walk": 1}
        looked.clear()
        library.add(scripted("rest"))
        library.retire("nap", "not needed")
        library.add(scripted("jump"))
        now = library.newest()
        assert set(looked) <= {"rest", "nap", "jump"}  # whatever else there is
        assert now == {"jump": 1, "make_pick": 1, "rest": 2, "walk": 1}
        assert library.restore("nap")
        assert library.newest() == {**now, "nap": 1}
    assert library.newest() == {**now, "nap": 1}  # looked up again, by whoever reads


def test_after_a_change_that_failed_what_is_half_written_is_looked_for_again(library):
    library.add(scripted())
    with library.lock():
        library.add(scripted("rest"))
        known = library.newest()
        with pytest.raises(RuntimeError, match="no more"), library.change() as change:
            library.add(scripted("walk"), change=change)
            (library.folder / "make_pick" / ".tmp-v3-abc").mkdir()
            raise RuntimeError("no more")
        assert library.newest() == known
        library.add(scripted("jump"))
        assert not (library.folder / "make_pick" / ".tmp-v3-abc").exists()
        assert library.newest() == {**known, "jump": 1}


def test_verify_lists_strays_missing_files_and_broken_json_at_once(library):
    library.add(learned(), WEIGHTS)
    library.add(scripted())
    library.graph_path.write_text("{")
    (library.folder / "notes.txt").write_text("hm")
    (library.folder / "README.md").write_text("fine")
    (library.folder / "collect_wood" / "v1" / "reward.py.txt").unlink()
    (library.folder / "collect_wood" / "v1" / "extra").write_text("x")
    (library.folder / "make_pick" / "v1" / "stats.json").write_text("nonsense")
    assert [p.path for p in library.verify()] == [
        "collect_wood/v1/extra",
        "collect_wood/v1/reward.py.txt",
        "graph.json",
        "make_pick/v1/stats.json",
        "notes.txt",
    ]


def test_statistics_change_without_touching_what_is_hashed(library):
    library.add(scripted(stats=SkillStats(successes=1)))
    before = tree(library.folder)
    assert library.use("make_pick") == SkillStats()
    library.add_use("make_pick", SkillStats(successes=5, failures=2, steps=50))
    library.add_use("make_pick", SkillStats(successes=3, unclear=1, steps=40))
    assert library.use("make_pick") == SkillStats(successes=8, failures=2, unclear=1, steps=90)
    assert library.load("make_pick").stats == SkillStats(successes=1)
    assert library.verify() == []
    after = tree(library.folder)
    assert after.pop("make_pick/v1/stats.json")
    assert after == before
    assert library.add(scripted()).version == 2
    assert library.use("make_pick") == SkillStats()
    assert library.use("make_pick", 1).successes == 8
    with pytest.raises(UnknownSkill, match="no skill 'other'"):
        library.add_use("other", SkillStats(successes=1))


def test_statistics_of_use_that_cannot_be_read_say_so(library):
    library.add(scripted())
    path = library.folder / "make_pick" / "v1" / "stats.json"
    path.write_text('{"schema": 1, "stats": {"successes": "many"}}')
    with pytest.raises(LibraryDamaged, match="holds no statistics; remove the file to start them anew"):
        library.use("make_pick")
    with pytest.raises(LibraryDamaged, match="holds no statistics"):
        library.add_use("make_pick", SkillStats(successes=1))
    assert [problem.path for problem in library.verify()] == ["make_pick/v1/stats.json"]


def test_retired_skills_say_why_and_come_back_with_a_new_version(library):
    library.add(scripted())
    library.retire("make_pick", "never above 20%")
    assert library.is_retired("make_pick")
    assert library.names() == []
    assert library.names(retired=True) == ["make_pick"]
    assert library.retirement("make_pick")["reason"] == "never above 20%"
    assert library.verify() == []
    library.add(scripted())
    assert not library.is_retired("make_pick")
    assert library.names() == ["make_pick"]
    with pytest.raises(UnknownSkill, match="no skill 'other'"):
        library.retire("other", "")


def test_a_retired_skill_is_kept_and_can_be_used_again(library):
    library.add(scripted())
    before = tree(library.folder)
    library.retire("make_pick", "")
    assert library.load_all() == {}
    assert library.load("make_pick").name == "make_pick"
    assert library.restore("make_pick")
    assert tree(library.folder) == before
    assert list(library.load_all()) == ["make_pick"]
    assert not library.restore("make_pick")
    with pytest.raises(UnknownSkill, match="no skill 'other'"):
        library.restore("other")


def test_what_was_retired_long_ago_stays_on_record(library):
    library.add(scripted())
    library.retire("make_pick", "slow")
    library.add(scripted())
    assert not library.restore("make_pick")
    assert json.loads((library.folder / "make_pick" / "retired.json").read_text())["up_to_version"] == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize(
    "point",
    [f"skill:{step}" for step in ("make", "create", "write", "flush", "rename")]
    + [f"statistics:{step}" for step in ("create", "write", "flush", "rename")],
)
def test_a_write_that_fails_leaves_everything_as_it_was(library, point, number):
    library.add(learned(), toy_policy(1))
    library.add_use("collect_wood", SkillStats(successes=1))
    before = tree(library.folder)

    def write():
        if point.startswith("skill"):
            library.add(learned(), toy_policy(2))
        else:
            library.add_use("collect_wood", SkillStats(successes=2))

    with failing(point, os_error(number)), pytest.raises(LibraryNotWritable) as error:
        write()
    assert str(error.value) == (
        f"cannot write to {library.folder}: {os.strerror(number)}; make it writable, free some space, or use "
        "another folder with --library (what was there before is unchanged)"
    )
    assert tree(library.folder) == before
    assert library.verify() == []
    write()


def test_a_first_version_that_cannot_be_written_leaves_no_folder(library, monkeypatch):
    def fail(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(LibraryNotWritable, match="No space left on device"):
        library.add(learned(), toy_policy(1))
    assert not (library.folder / "collect_wood").exists()


def test_a_read_only_folder_is_read_but_not_written():
    """As a user who may only read: a forked child that gives up the right to write."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        root.chmod(0o755)
        library = SkillLibrary(root, "toy")
        library.add(scripted())
        before = tree(root)
        (library.folder / ".lock").unlink(missing_ok=True)
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            report = b"nothing raised"
            try:
                if os.getuid() == 0:
                    os.setuid(65534)
                else:
                    library.folder.chmod(0o555)
                reader = SkillLibrary(root, "toy")
                assert reader.load("make_pick").version == 1
                reader.add(scripted())
            except BaseException as error:
                report = f"{type(error).__name__}: {error}".encode()
            os.write(write, report)
            os._exit(0)
        os.waitpid(child, 0)
        library.folder.chmod(0o755)
        expected = (
            f"LibraryNotWritable: cannot write to {library.folder}: Permission denied; make it writable"
        )
        assert os.read(read, 1000).decode().startswith(expected)
        assert tree(root) == before


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {project!r})
from skills.store.store import SkillLibrary
from tests.skills.toy_policy import toy_policy
library = SkillLibrary(Path({root!r}), "toy")
skill = library.load("collect_wood")
weights = toy_policy(2)
os.replace = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
library.add(skill, weights)
"""


@pytest.mark.slow
def test_a_process_killed_while_it_adds_leaves_the_library_readable(library):
    library.add(learned(), toy_policy(1))
    before = tree(library.folder)
    code = KILLED.format(project=str(Path(__file__).parents[3]), root=str(library.root))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert result.returncode == -signal.SIGKILL, result.stderr
    left = [path for path in (library.folder / "collect_wood").iterdir() if path.name.startswith(".tmp-v2-")]
    assert len(left) == 1
    assert (left[0] / "DONE").exists()
    assert library.versions("collect_wood") == [1]
    assert library.weights_path("collect_wood").read_bytes() == toy_policy(1)
    assert library.add(learned(), toy_policy(2)).version == 2
    assert not left[0].exists()
    assert before.items() <= tree(library.folder).items()
    assert library.verify() == []


HOLDING = """
import sys
from pathlib import Path
sys.path.insert(0, {project!r})
from skills.store.store import SkillLibrary
from tests.skills.toy_policy import toy_policy
with SkillLibrary(Path({root!r}), "toy").lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_second_process_is_told_who_is_writing(library):
    library.add(scripted())
    code = HOLDING.format(project=str(Path(__file__).parents[3]), root=str(library.root))
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        message = (
            rf"^{library.folder} is being written by process {holder.pid} \(since 20.*\+00:00\); wait until "
            "it ends, stop it, or use another folder with --library$"
        )
        with pytest.raises(LibraryLocked, match=message):
            library.add(scripted())
        with pytest.raises(LibraryLocked, match=message), library.lock():
            pass
        assert library.load("make_pick").version == 1
        holder.kill()
        holder.wait()
        assert library.add(scripted()).version == 2
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.slow
def test_the_lock_nests_and_is_given_back(library):
    with library.lock():
        library.add(scripted())
        with SkillLibrary(library.root, "toy").lock():
            library.add_use("make_pick", SkillStats(successes=1))
        assert json.loads((library.folder / ".lock-holder").read_text())["pid"] == os.getpid()
    assert not (library.folder / ".lock-holder").exists()
    code = HOLDING.format(project=str(Path(__file__).parents[3]), root=str(library.root))
    other = subprocess.run([sys.executable, "-c", code], input=b"", capture_output=True)
    assert other.stdout == b"held\n"


def test_loading_all_skills_reads_no_weights(library, monkeypatch):
    for number in range(5):
        library.add(learned(f"skill_{number}"), WEIGHTS)
    opened = []
    original = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: opened.append(self.name) or original(self, *a, **k)
    )
    assert len(library.load_all()) == 5
    assert "policy.zip" not in opened


def test_a_file_left_by_a_killed_write_is_no_problem_and_goes_at_the_next_write(library):
    library.add(learned(), WEIGHTS)
    left = library.folder / ".graph.json.x4v9bty9.tmp"
    left.write_text("{")
    assert library.verify() == []
    assert left.exists()
    library.add(learned(), b"other weights")
    assert not left.exists()


def test_no_version_is_stored_under_a_number_that_is_not_read(library):
    library.add(scripted())
    folder = library.folder / "make_pick"
    (folder / "v1").rename(folder / "v999999999")
    with pytest.raises(LibraryDamaged, match="make_pick has a version 999999999, and no number follows it"):
        library.add(scripted())
    assert library.versions("make_pick") == [999999999] and len(list(folder.iterdir())) == 1


def test_files_of_a_later_version_are_told_as_such(library):
    """Statistics of a later version were read as if they were ours, and written over."""
    library.add(scripted())
    version = library.folder / "make_pick" / "v1"
    library.add_use("make_pick", SkillStats(successes=1))
    stats = version / "stats.json"
    ours = stats.read_text()
    stats.write_text(ours.replace('"schema": 1', '"schema": 2'))
    told = "has schema 2; this version reads up to 1: update journeyman"
    with pytest.raises(LibraryNewer, match=f"stats.json of make_pick v1 {told}"):
        library.add_use("make_pick", SkillStats(successes=1))
    assert [told in problem.message for problem in library.verify()] == [True]
    stats.write_text(ours)
    library.retire("make_pick", "tried")
    retired = library.folder / "make_pick" / "retired.json"
    retired.write_text(retired.read_text().replace('"schema": 1', '"schema": 2'))
    with pytest.raises(LibraryNewer, match=told):
        library.is_retired("make_pick")
