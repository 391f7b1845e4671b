import json
import os
import zipfile

import pytest

from agent.testing.faults import FULL, Killed, failing, killed, os_error, watched
from skills.errors import LibraryConflict, LibraryDamaged, LibraryNotWritable
from skills.files import sha256
from skills.skill import Effects, PolicyRecord, Skill, SkillStats
from skills.store import archive as library_archive
from skills.store.store import SkillLibrary
from tests.skills.toy_policy import toy_policy


def skill(name="make_pick", kind="scripted"):
    return Skill(
        name=name,
        game="toy",
        kind="act",
        description="Make a pick.",
        effects=Effects(obtains={"pick": 1}),
        policy=PolicyRecord(kind=kind, action="noop" if kind == "scripted" else ""),
    )


@pytest.fixture
def full(tmp_path):
    library = SkillLibrary(tmp_path / "full", "toy")
    library.add(skill("collect_wood", "learned"), toy_policy(1))
    library.add(skill("collect_wood", "learned"), toy_policy(2), {"n": 3})
    library.add(skill())
    library.add(skill("fall_down"))
    library.add_use("make_pick", SkillStats(successes=3, steps=4))
    library.retire("fall_down", "hurts")
    library.graph_path.write_text("{}")
    return library


@pytest.fixture
def archive(full, tmp_path):
    path = tmp_path / "library.zip"
    full.export(path)
    return path


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".lock")
    }


def members(path):
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(path, content, *, rehash=True):
    content = dict(content)
    if rehash:
        head = json.loads(content.pop("library.json"))
        head["files"] = {name: sha256(data) for name, data in content.items()}
        content["library.json"] = json.dumps(head).encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)


def test_round_trip(full, archive, tmp_path):
    copy = SkillLibrary(tmp_path / "copy", "toy")
    report = copy.import_(archive)
    assert report.installed == ("collect_wood/v1", "collect_wood/v2", "fall_down/v1", "make_pick/v1")
    assert (report.present, report.graph) == ((), "installed")
    assert tree(copy.folder) == tree(full.folder)
    assert copy.verify() == []
    assert copy.use("make_pick").successes == 3
    assert copy.is_retired("fall_down")


def test_the_same_library_gives_the_same_bytes(full, archive, tmp_path):
    copy = SkillLibrary(tmp_path / "copy", "toy")
    copy.import_(archive)
    copy.export(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()


def test_importing_twice_changes_nothing(archive, tmp_path):
    copy = SkillLibrary(tmp_path / "copy", "toy")
    copy.import_(archive)
    copy.graph_path.write_text('{"mine": 1}')
    copy.add_use("make_pick", SkillStats(successes=9))
    before = tree(copy.folder)
    report = copy.import_(archive)
    assert report.installed == ()
    assert len(report.present) == 4
    assert report.graph == "kept"
    assert tree(copy.folder) == before


def test_different_content_is_a_conflict_and_nothing_is_imported(archive, tmp_path):
    mine = SkillLibrary(tmp_path / "mine", "toy")
    mine.add(skill("collect_wood", "learned"), toy_policy(3))
    before = tree(mine.folder)
    message = r"^library.zip has different content for collect_wood/v1; nothing is imported: import it into"
    with pytest.raises(LibraryConflict, match=message):
        mine.import_(archive)
    assert tree(mine.folder) == before


def test_another_games_library(archive, tmp_path):
    with pytest.raises(
        LibraryConflict, match=r"^library.zip is a library of 'toy'; this one is of 'crafter'$"
    ):
        SkillLibrary(tmp_path / "mine", "crafter").import_(archive)


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/etc/passwd",
        "make_pick/v1/../../evil",
        "make_pick\\v1",
        "make_pick/v0/DONE",
        "a/v1/.hidden",
    ],
)
def test_members_that_lead_elsewhere(archive, tmp_path, name):
    write(archive, {**members(archive), name: b"evil"})
    copy = SkillLibrary(tmp_path / "copy", "toy")
    with pytest.raises(
        LibraryDamaged, match=r"library.zip has a member '.*' that belongs to no library; nothing"
    ):
        copy.import_(archive)
    assert tree(copy.folder) == {}
    assert not (tmp_path / "evil").exists()


def test_links_in_an_archive(archive, tmp_path):
    with zipfile.ZipFile(archive, "a") as file:
        link = zipfile.ZipInfo("make_pick/v9/policy.zip")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    with pytest.raises(
        LibraryDamaged, match=r"has a member 'make_pick/v9/policy.zip' that belongs to no library"
    ):
        SkillLibrary(tmp_path / "copy", "toy").import_(archive)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_doubled_members(archive, tmp_path):
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("graph.json", "[]")
    with pytest.raises(
        LibraryDamaged, match=r"library.zip has two members 'graph.json'; nothing is imported"
    ):
        SkillLibrary(tmp_path / "copy", "toy").import_(archive)


@pytest.mark.parametrize(
    ("change", "rehash", "message"),
    [
        (
            {"make_pick/v1/card.md": b"x"},
            False,
            r"make_pick/v1/card.md in library.zip is not what its hash says; get the file again",
        ),
        (
            {"make_pick/v1/card.md": b"x"},
            True,
            r"library.zip is not imported, it has 1 problem: make_pick/v1/card.md: card.md of make_pick v1 "
            "has changed: expected sha256",
        ),
        (
            {"make_pick/v1/card.md": None},
            False,
            r"library.json of library.zip does not list exactly the files",
        ),
        ({"make_pick/v1/DONE": None}, True, r".* make_pick/v1: half-written \(no DONE\); export it again$"),
        (
            {"make_pick/v1/extra": b"x"},
            True,
            "library.zip has a member 'make_pick/v1/extra' that belongs to no",
        ),
        (
            {"make_pick/v1/reward.py.txt": b"x"},
            True,
            r".* make_pick/v1/reward.py.txt: not part of a library; remove it$",
        ),
        ({"make_pick/v1/DONE": b"["}, True, ".* make_pick/v1/DONE: DONE of make_pick v1 is not JSON: .*"),
        ({"library.json": b"[]"}, False, r"library.json of library.zip holds list, not an object"),
        (
            {"library.json": b'{"schema": 9}'},
            False,
            r"library.json of library.zip has schema 9; this version reads up to 1: update journeyman",
        ),
        ({"library.json": None}, False, r"library.zip is no exported library: it has no library.json"),
    ],
)
def test_damaged_archives_install_nothing(archive, tmp_path, change, rehash, message):
    content = {name: data for name, data in {**members(archive), **change}.items() if data is not None}
    write(archive, content, rehash=rehash)
    copy = SkillLibrary(tmp_path / "copy", "toy")
    with pytest.raises(LibraryDamaged, match=f"^{message}"):
        copy.import_(archive)
    assert tree(copy.folder) == {}


def test_a_version_under_another_name(archive, tmp_path):
    content = members(archive)
    moved = {name.replace("make_pick/", "make_axe/"): data for name, data in content.items()}
    write(archive, moved)
    with pytest.raises(
        LibraryDamaged,
        match=r" make_axe/v1/skill.json: skill.json of make_axe v1 is that of make_pick v1; move it back",
    ):
        SkillLibrary(tmp_path / "copy", "toy").import_(archive)


def test_files_that_are_no_archives(tmp_path):
    path = tmp_path / "x.zip"
    library = SkillLibrary(tmp_path / "copy", "toy")
    with pytest.raises(LibraryDamaged, match=r"x.zip cannot be read: No such file or directory"):
        library.import_(path)
    path.write_bytes(b"nonsense")
    with pytest.raises(LibraryDamaged, match=r"^x.zip is not a readable zip archive: File is not a zip file"):
        library.import_(path)


def test_a_truncated_archive(archive, tmp_path):
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(LibraryDamaged, match="is not a readable zip archive"):
        SkillLibrary(tmp_path / "copy", "toy").import_(archive)


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MAX_MEMBERS", 5, "library.zip has .* files; at most 5 are taken"),
        ("MAX_TOTAL_BYTES", 100, "library.zip unpacks to more than 100 bytes; it is not unpacked"),
        ("MAX_FILE_BYTES", 2, "in library.zip is larger than 2 bytes: .* bytes; it is not unpacked"),
    ],
)
def test_archives_that_are_too_large(archive, tmp_path, monkeypatch, limit, value, message):
    monkeypatch.setattr(library_archive, limit, value)
    with pytest.raises(LibraryDamaged, match=message):
        SkillLibrary(tmp_path / "copy", "toy").import_(archive)


@pytest.mark.parametrize("nth", [1, 2, 3, 4])
def test_an_import_that_fails_half_way_is_undone(archive, tmp_path, nth):
    mine = SkillLibrary(tmp_path / "mine", "toy")
    mine.add(skill("other"))
    before = tree(mine.folder)
    with (
        failing("import:rename", os_error(FULL), nth, lasting=False),
        pytest.raises(LibraryNotWritable, match="No space left on device"),
    ):
        mine.import_(archive)
    assert tree(mine.folder) == before
    assert mine.names(retired=True) == ["other"]
    assert sorted(path.name for path in mine.folder.iterdir() if not path.name.startswith(".lock")) == [
        "other"
    ]


@pytest.mark.slow
def test_an_import_that_is_killed_at_any_moment_is_whole_after_the_next_write(archive, tmp_path):
    with watched() as reached:
        whole = SkillLibrary(tmp_path / "whole", "toy")
        whole.import_(archive)
    fates = []
    for number, point in enumerate(reached):
        mine = SkillLibrary(tmp_path / f"mine-{number}", "toy")
        with killed(point, "before", reached[: number + 1].count(point)), pytest.raises(Killed):
            mine.import_(archive)
        with mine.change():
            pass
        assert mine.verify() == []
        assert tree(mine.folder) in ({}, tree(whole.folder))
        fates.append(bool(tree(mine.folder)))
        mine.import_(archive)
        assert tree(mine.folder) == tree(whole.folder)
    assert fates == sorted(fates) and any(fates) and not all(fates)


def test_a_graph_that_cannot_be_written_undoes_the_import(archive, tmp_path, monkeypatch):
    mine = SkillLibrary(tmp_path / "mine", "toy")

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(LibraryNotWritable, match="No space left on device"):
        mine.import_(archive)
    assert tree(mine.folder) == {}


def test_a_damaged_library_is_not_exported(full, archive):
    before = archive.read_bytes()
    (full.folder / "make_pick" / "v1" / "card.md").write_text("x")
    with pytest.raises(
        LibraryDamaged, match=r"is not exported, it has 1 problem: make_pick/v1/card.md: card.md of"
    ):
        full.export(archive)
    assert archive.read_bytes() == before


def test_an_export_to_a_folder_that_does_not_exist(full, tmp_path):
    with pytest.raises(LibraryNotWritable, match=r"cannot write '.*nowhere/x.zip': No such file"):
        full.export(tmp_path / "nowhere" / "x.zip")


def test_an_empty_library_travels_too(tmp_path):
    SkillLibrary(tmp_path / "empty", "toy").export(tmp_path / "empty.zip")
    copy = SkillLibrary(tmp_path / "copy", "toy")
    assert copy.import_(tmp_path / "empty.zip") == library_archive.ImportReport((), (), "absent")
