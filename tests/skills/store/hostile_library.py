"""A sound library as files, and changes to it after which every hash fits again."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from skills.files import sha256, to_json
from skills.skill import Effects, OptionCode, PolicyRecord, Skill, SkillStats
from skills.store.archive import CONTENTS
from skills.store.folder_files import FolderFiles
from skills.store.store import SkillLibrary
from skills.store.version_folder import contents
from tests.skills.toy_policy import toy_policy

WALK = "walk/v1"
REWARD = "def reward(before, after):\n    return after['wood'] - before['wood']\n"
GUARD = ["def guard(facts, remaining):", "    return ''"]
SHIELD = ["def shield(facts):", "    return []"]
CHOOSE = ["def choose(start, facts, last, failures):", "    return ''"]

Files = dict[str, bytes]


def sound_library(root: Path) -> Files:
    """A learned skill, a scripted one that is retired, guard, shield, a policy over skills, statistics."""
    library = SkillLibrary(root, "toy")
    effects = Effects(obtains={"wood": 1})
    walk = Skill(
        name="walk",
        game="toy",
        kind="act",
        description="Walk to a tree.",
        effects=effects,
        policy=PolicyRecord(kind="learned"),
        reward=REWARD,
        option=OptionCode(initiation="def initiation(facts):\n    return True\n"),
    )
    library.add(walk, toy_policy(), {"successes": 1})
    scripted = PolicyRecord(kind="scripted", action="take")
    library.add(walk.model_copy(update={"name": "grab", "policy": scripted, "reward": ""}))
    library.add_use("walk", SkillStats(successes=2, steps=9))
    library.retire("grab", "too slow")
    guard = {"schema": 2, "guard": GUARD, "ranking": ["walk"], "answer_id": "", "shield": SHIELD}
    (library.folder / "guard.json").write_bytes(to_json(guard))
    entry = {"task": "wood", "goal": {"wood": 1}, "skills": ["walk"], "answer_id": "", "source": CHOOSE}
    (library.folder / "strategies.json").write_bytes(to_json({"schema": 1, "strategies": {"wood": entry}}))
    library.graph_path.write_bytes(b"{}")
    return dict(FolderFiles(library.folder))


def with_version(files: Mapping[str, bytes], label: str, **changes: bytes | None) -> Files:
    """Change files of a version (``skill_json`` for skill.json; None removes) and its ``DONE``."""
    own = {name.rpartition("/")[2]: data for name, data in files.items() if name.startswith(f"{label}/")}
    for key, content in changes.items():
        name = {"reward_text": "reward.py.txt", "option_text": "option.py.txt"}.get(
            key, key.replace("_", ".")
        )
        own.pop(name, None)
        if content is not None:
            own[name] = content
    hashes = {name: sha256(data) for name, data in own.items() if name not in ("DONE", "stats.json")}
    own["DONE"] = to_json({"schema": 1, "files": hashes})
    others = {name: data for name, data in files.items() if not name.startswith(f"{label}/")}
    return {**others, **{f"{label}/{name}": data for name, data in own.items()}}


def with_record(files: Mapping[str, bytes], label: str, change: Callable[[dict[str, Any]], Any]) -> Files:
    """Change a record, its copies for people where it is one still, and all hashes."""
    record = json.loads(files[f"{label}/skill.json"])
    change(record)
    copies: dict[str, bytes | None] = {}
    try:
        written = contents(Skill.model_validate(record), None, None)
    except ValueError:
        written = {}
    for key, name in (
        ("card_md", "card.md"),
        ("reward_text", "reward.py.txt"),
        ("option_text", "option.py.txt"),
    ):
        if written:
            copies[key] = written.get(name)
    return with_version(files, label, skill_json=json.dumps(record).encode(), **copies)


def with_weights(files: Mapping[str, bytes], weights: bytes) -> Files:
    """Other weights, which the record names."""
    changed = with_version(files, WALK, policy_zip=weights)
    return with_record(changed, WALK, lambda record: record["policy"].update(sha256=sha256(weights)))


def install(files: Mapping[str, bytes], root: Path) -> SkillLibrary:
    """Put the files into a library without looking at them."""
    library = SkillLibrary(root, "toy")
    for name, content in files.items():
        (library.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (library.folder / name).write_bytes(content)
    return library


def pack(files: Mapping[str, bytes], path: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Put the files into an archive whose list of contents fits."""
    hashes = {name: sha256(data) for name, data in files.items()}
    head = {"schema": 1, "game": "toy", "files": hashes}
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr(CONTENTS, json.dumps(head))
        for name, data in files.items():
            archive.writestr(name, data)
    return path
