"""What is found in a library whose hashes all fit: by importing, verifying and exporting alike."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skills.errors import LibraryDamaged
from skills.store.check import files_problems
from skills.store.store import SkillLibrary
from tests.skills.store.hostile_library import (
    WALK,
    Files,
    install,
    pack,
    sound_library,
    with_record,
    with_version,
    with_weights,
)
from tests.skills.toy_policy import toy_policy


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return sound_library(tmp_path_factory.mktemp("sound"))


def put(*path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        for part in path[:-1]:
            record = record[part]
        record[path[-1]] = value

    return change


RECORDS: list[tuple[Callable[[dict[str, Any]], None], str]] = [
    (put("game", value="crafter"), "a skill of 'crafter' in the library of 'toy'; move it"),
    (put("step_cap", value=0), "step_cap: Input should be greater than or equal to 1"),
    (put("step_cap", value=-5), "step_cap: Input should be greater than or equal to 1"),
    (put("step_cap", value=10**40), "step_cap: "),
    (put("version", value=0), "version: Input should be greater than or equal to 1"),
    (put("encoding", value=0), "encoding: Input should be greater than or equal to 1"),
    (put("encoding", value=99), "its encoding 99 is newer than 1: update journeyman"),
    (put("stats", "successes", value=-1), "stats.successes: Input should be greater than or equal to 0"),
    (put("stats", "steps", value=float("nan")), "skill.json of walk v1 is not a skill record"),
    (put("stats", "failures", value=10**400), "stats.failures: "),
    (put("lineage", "train_steps", value=-1), "lineage.train_steps: Input should be"),
    (put("effects", "requires", value={"mithril": 1}), "requires names 'mithril', which is no fact of toy"),
    (put("effects", "obtains", value={"wod": 1}), "obtains names 'wod', .*; did you mean 'wood'"),
    (put("effects", "holds", value={"wood": 1000}), r"holds\['wood'\] is 1000; expected 1 to 9"),
    (put("effects", "consumes", value={"wood": 0}), "a count is at least 1"),
    (put("actions", value=["fly"]), "actions names 'fly', which is no action of toy"),
    (put("focus", "seek", value=["dragon"]), "toy cannot look for 'dragon'"),
    (put("focus", "explore", value="hell"), "toy cannot look for 'hell'"),
    (put("policy", "kind", value="scripted"), "a scripted skill with weights"),
    (put("policy", "action", value="take"), "a learned skill with an action"),
    (put("policy", "kind", value="chain"), "a chain skill without parts"),
    (put("description", value="x" * 30_000), "its description is longer than 20,000 characters"),
    (put("evil", value=1), "evil: Extra inputs are not permitted"),
    (put("reward", value="import os\n"), "the code is refused: reward: import of 'os' in line 1 is refused"),
    (put("reward", value="def reward(before):\n    return 0\n"), "the code is refused: reward: the code has"),
    (put("reward", value="def reward(b, a):\n    return b['gold']\n"), "the game has no fact 'gold'"),
    (
        put("reward", value="1 // 0\ndef reward(b, a):\n    return 0\n"),
        "the code is refused: .*division by zero",
    ),
    (put("option", "termination", value="def ("), "the code is refused: termination: syntax error"),
    (put("option", "initiation", value="x" * 30_000), "the code is refused: initiation: "),
]


@pytest.mark.parametrize(("change", "message"), RECORDS)
def test_records(sound: Files, change: Callable[[dict[str, Any]], None], message: str) -> None:
    problems = files_problems(with_record(sound, WALK, change), "toy")
    assert any(re.search(message, problem.message) for problem in problems), problems
    assert {problem.path for problem in problems} <= {"walk/v1/skill.json", "walk/v1/policy.zip"}
    assert all(len(problem.message) < 1100 for problem in problems)


OTHERS: list[tuple[Callable[[Files], Files], str, str]] = [
    (lambda f: {**f, "graph.json": b"garbage"}, "graph.json", "graph.json is not JSON"),
    (lambda f: {**f, "guard.json": b"[]"}, "guard.json", "holds list, not an object"),
    (
        lambda f: {**f, "guard.json": b'{"schema": 2, "guard": 7}'},
        "guard.json",
        "is not of the form expected",
    ),
    (
        lambda f: {**f, "guard.json": f["guard.json"].replace(b"return ''", b"return open('x')")},
        "guard.json",
        "the guard is refused: guard: open in line 2 is refused",
    ),
    (
        lambda f: {**f, "guard.json": f["guard.json"].replace(b"return []", b"return facts['gold']")},
        "guard.json",
        "the shield is refused: shield: the game has no fact 'gold'",
    ),
    (lambda f: {**f, "guard.json": f["guard.json"].decode().encode("utf-16")}, "guard.json", "is not JSON"),
    (
        lambda f: {**f, "strategies.json": b'{"schema": 1, "strategies": []}'},
        "strategies.json",
        "strategies is []",
    ),
    (
        lambda f: {**f, "strategies.json": f["strategies.json"].replace(b'"wood": 1', b'"gold": 1')},
        "strategies.json",
        "wood: goal names 'gold', which is no fact of toy",
    ),
    (
        lambda f: {**f, "strategies.json": f["strategies.json"].replace(b"return ''", b"return (")},
        "strategies.json",
        "wood: choose: syntax error in line 2",
    ),
    (
        lambda f: {**f, "grab/retired.json": b"{}"},
        "grab/retired.json",
        "retired.json has schema None instead of 1",
    ),
    (
        lambda f: {
            **f,
            "grab/retired.json": f["grab/retired.json"].replace(b'version": 1', b'version": "x"'),
        },
        "grab/retired.json",
        "up_to_version is 'x'",
    ),
    (lambda f: {**f, "walk/v1/stats.json": b"x"}, "walk/v1/stats.json", "stats.json of walk v1 is not JSON"),
    (
        lambda f: {**f, "walk/v1/stats.json": b'{"schema": 1, "stats": {"successes": -3}}'},
        "walk/v1/stats.json",
        "(successes is -3: Input should be greater than or equal to 0)",
    ),
    (
        lambda f: {**f, "walk/v1/stats.json": b'{"schema": 1, "stats": {"steps": NaN}}'},
        "walk/v1/stats.json",
        "(steps is nan: ",
    ),
    (
        lambda f: with_version(f, WALK, evidence_json=b"[]"),
        "walk/v1/evidence.json",
        "holds list, not an object",
    ),
    (lambda f: with_version(f, WALK, card_md=b"# nice"), "walk/v1/card.md", "is not what the record says"),
    (lambda f: with_version(f, WALK, card_md=None), "walk/v1/card.md", "is missing"),
    (
        lambda f: with_version(f, WALK, reward_text=b"def reward(before, after):\n    return 1\n"),
        "walk/v1/reward.py.txt",
        "is not what the record says",
    ),
    (lambda f: with_version(f, WALK, reward_text=None), "walk/v1/reward.py.txt", "is missing"),
    (
        lambda f: with_version(f, WALK, option_text=b"x"),
        "walk/v1/option.py.txt",
        "is not what the record says",
    ),
    (
        lambda f: with_weights(f, toy_policy(0, 10, 3)),
        "walk/v1/policy.zip",
        "the network takes 10 numbers and gives 3 actions; the game has 183 and 8",
    ),
    (lambda f: with_weights(f, b"x"), "walk/v1/policy.zip", "cannot be read as weights"),
]


@pytest.mark.parametrize(("change", "path", "message"), OTHERS)
def test_other_files(sound: Files, change: Callable[[Files], Files], path: str, message: str) -> None:
    (problem,) = files_problems(change(dict(sound)), "toy")
    assert problem.path == path
    assert message in problem.message


def test_a_sound_library_has_no_problems(sound: Files, tmp_path: Path) -> None:
    assert files_problems(sound, "toy") == []
    assert install(sound, tmp_path).verify() == []


def test_importing_verifying_and_exporting_find_the_same(sound: Files, tmp_path: Path) -> None:
    files = with_record(sound, WALK, put("effects", "requires", value={"mithril": 1}))
    files = with_version({**files, "guard.json": b"[]"}, WALK, card_md=b"other")
    files["walk/v1/stats.json"] = b'{"schema": 1, "stats": {"successes": -3}}'
    problems = install(files, tmp_path / "installed").verify()
    assert [problem.path for problem in problems] == [
        "guard.json",
        "walk/v1/card.md",
        "walk/v1/skill.json",
        "walk/v1/stats.json",
    ]
    listed = "; ".join(f"{problem.path}: {problem.message}" for problem in problems)
    target = SkillLibrary(tmp_path / "target", "toy")
    with pytest.raises(LibraryDamaged) as caught:
        target.import_(pack(files, tmp_path / "x.zip"))
    assert str(caught.value) == f"x.zip is not imported, it has 4 problems: {listed}"
    assert not target.folder.exists()
    with pytest.raises(LibraryDamaged, match=r"is not exported, it has 4 problems: guard\.json: "):
        SkillLibrary(tmp_path / "installed", "toy").export(tmp_path / "out.zip")


def test_a_game_that_is_not_known_here(sound: Files) -> None:
    """Its words cannot be checked; everything else is."""

    def another(record: dict[str, Any]) -> None:
        record["game"], record["effects"] = "elsewhere", {"obtains": {"gold": 1}}
        record["option"]["initiation"] = ""

    files = {name: data for name, data in sound.items() if "/" not in name or name.startswith(WALK)}
    files = with_record(files, WALK, another)
    assert files_problems(files, "elsewhere") == []
    files = with_record(files, WALK, put("reward", value="import os\n"))
    (problem,) = files_problems(files, "elsewhere")
    assert "import of 'os'" in problem.message


def test_a_file_that_is_too_large_is_not_read(sound: Files, tmp_path: Path) -> None:
    library = install(sound, tmp_path)
    with (library.folder / "walk/v1/stats.json").open("wb") as file:
        file.truncate(10**10)  # sparse
    (problem,) = library.verify()
    assert problem.message == "walk/v1/stats.json is larger than 65,536 bytes; restore it or remove it"
    with pytest.raises(LibraryDamaged, match=r"stats\.json of walk v1 is larger than 65,536 bytes"):
        library.use("walk")


def test_one_broken_skill_leaves_the_others_readable(sound: Files, tmp_path: Path) -> None:
    library = install(with_record(sound, WALK, put("step_cap", value=0)), tmp_path)
    assert library.load("grab").name == "grab"
    assert library.names(retired=True) == ["grab", "walk"]
    with pytest.raises(LibraryDamaged, match=r"^skill\.json of walk v1 is not a skill record: step_cap"):
        library.load_all()


def test_deep_and_endless_json(sound: Files) -> None:
    for content, message in (
        (b"[" * 100_000, "nested too deeply"),
        (b'{"schema": ' + b"9" * 5000 + b"}", "Exceeds the limit"),
    ):
        (problem,) = files_problems({**sound, "guard.json": content}, "toy")
        assert message in problem.message
        assert "set_int_max_str_digits" not in problem.message
    assert json.loads(sound["guard.json"])["schema"] == 2
