"""One version of one skill on disk: written atomically, with a hash for every file.

::

    v1/skill.json      the record
       policy.zip      weights, for learned skills
       reward.py.txt   the record's reward, to be read by people
       option.py.txt   the record's initiation and termination, to be read by people
       evidence.json   what practice showed
       preference.json the reward learned from preferences, weights only
       card.md         one page for people
       DONE            {"schema": 1, "files": {name: sha256}}; without it the folder is half-written
       stats.json      statistics of use outside of trials; changes, and is therefore not in DONE
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from envs.schema import newer, why_not
from envs.text import brief, plain
from skills.errors import LibraryDamaged, LibraryNewer
from skills.files import file_sha256, sha256, to_json
from skills.skill import SCHEMA, Skill, SkillStats
from skills.store.card import option_text, skill_card
from skills.store.folder_files import read_file
from skills.store.layout import (
    CARD,
    DONE_FILE,
    EVIDENCE,
    OPTION_TEXT,
    POLICY,
    PREFERENCE,
    RECORD,
    REWARD_TEXT,
    STATS,
    VERSION_FILES,
)

MANIFEST_SCHEMA = 1
STATS_SCHEMA = 1


def skill_preference_hash(skill: Skill) -> str:
    """The hash of preference.json that the record speaks of; empty without one."""
    return skill.preference.sha256 if skill.preference is not None else ""


def contents(
    skill: Skill,
    policy: bytes | None,
    evidence: Mapping[str, Any] | None,
    preference: bytes | None = None,
) -> dict[str, bytes]:
    """The files of a version, ``DONE`` last."""
    files = {RECORD: to_json(skill.model_dump(mode="json")), CARD: skill_card(skill).encode()}
    if policy is not None:
        files[POLICY] = policy
    if preference is not None:
        files[PREFERENCE] = preference
    if skill.reward:
        files[REWARD_TEXT] = skill.reward.encode()
    if option := option_text(skill.option):
        files[OPTION_TEXT] = f"{option}\n".encode()
    if evidence is not None:
        files[EVIDENCE] = to_json({"schema": 1, "evidence": evidence})
    manifest = {"schema": MANIFEST_SCHEMA, "files": {name: sha256(files[name]) for name in sorted(files)}}
    return {**files, DONE_FILE: to_json(manifest)}


def parse_manifest(content: bytes, where: str) -> dict[str, str]:
    """The hashes of ``DONE``. Raises `LibraryDamaged`."""
    data = parse_object(content, where)
    require_schema(data, MANIFEST_SCHEMA, where)
    files = data.get("files")
    if not isinstance(files, dict) or "skill.json" not in files:
        raise LibraryDamaged(f"{where} lists no skill.json; restore it or remove the version")
    return {str(name): plain(digest, 64) for name, digest in files.items()}


def parse_skill(content: bytes, where: str) -> Skill:
    """The record in ``skill.json``. Raises `LibraryDamaged`."""
    if newer(schema := parse_object(content, where).get("schema_version"), SCHEMA):
        raise LibraryNewer(f"{where} {why_not(schema, SCHEMA)}")
    try:
        return Skill.model_validate_json(content)
    except ValidationError as error:
        first, more = error.errors(include_url=False)[0], error.error_count() - 1
        place = plain(".".join(map(str, first["loc"])), 100) or "the record"
        others = f" (and {more} more)" if more else ""
        raise LibraryDamaged(
            f"{where} is not a skill record: {place}: {plain(first['msg'], 200)}{others}; "
            "restore it or remove the version"
        ) from error


def parse_placed_skill(content: bytes, label: str) -> Skill:
    """The record in a ``skill.json`` that belongs to the version of a label such as ``collect_wood v1``.

    Raises:
        LibraryDamaged: it cannot be read, or is that of another skill or version.
    """
    skill = parse_skill(content, f"{RECORD} of {label}")
    if f"{skill.name} v{skill.version}" != label:
        raise LibraryDamaged(
            f"{RECORD} of {label} is that of {skill.name} v{skill.version}; move it back or remove it"
        )
    return skill


def parse_use(content: bytes, where: str) -> SkillStats:
    """The statistics of use in ``stats.json``. Raises `LibraryDamaged`."""
    data = parse_object(content, where)
    require_schema(data, STATS_SCHEMA, where)
    try:
        return SkillStats.model_validate(data.get("stats"))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = plain(".".join(map(str, first["loc"])) or "stats", 100)
        raise LibraryDamaged(
            f"{where} holds no statistics; remove the file to start them anew "
            f"({place} is {brief(first['input'], 60)}: {plain(first['msg'], 200)})"
        ) from error


def require_schema(record: Mapping[str, Any], known: int, where: str) -> None:
    """Raise `LibraryNewer` for a later version's file, `LibraryDamaged` for one that names another schema."""
    found = record.get("schema")
    if problem := why_not(found, known):
        raise (LibraryNewer if newer(found, known) else LibraryDamaged)(f"{where} {problem}")


def parse_object(content: bytes, where: str) -> dict[str, Any]:
    """A JSON object. Raises `LibraryDamaged`."""
    try:
        data = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        reason = "nested too deeply" if deep else plain(str(error).partition(";")[0], 200)
        raise LibraryDamaged(f"{where} is not JSON: {reason}; restore it or remove the version") from error
    if not isinstance(data, dict):
        raise LibraryDamaged(f"{where} holds {type(data).__name__}, not an object; restore it")
    return data


class VersionFolder:
    """A finished version, for reading.

    Attributes:
        path: the folder.
        label: the skill and its version, for messages.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.label = f"{path.parent.name} {path.name}"

    @property
    def complete(self) -> bool:
        """Whether the folder was written to its end."""
        return (self.path / DONE_FILE).is_file()

    def manifest(self) -> dict[str, str]:
        """The hash of every file. Raises `LibraryDamaged`."""
        return parse_manifest(self._bytes(DONE_FILE), f"{DONE_FILE} of {self.label}")

    def skill(self) -> Skill:
        """The record. Raises `LibraryDamaged`."""
        content = self._bytes(RECORD)
        self._compare(RECORD, self.manifest()[RECORD], sha256(content))
        return parse_placed_skill(content, self.label)

    def use(self) -> SkillStats:
        """What executions outside of trials showed; zeros before any. Raises `LibraryDamaged`."""
        if not (self.path / STATS).exists():
            return SkillStats()
        return parse_use(self._bytes(STATS), f"{STATS} of {self.label}")

    def weights_path(self, skill: Skill) -> Path:
        """The weights, after their hash was checked. Raises `LibraryDamaged`."""
        path = self.path / POLICY
        expected = self.manifest().get(POLICY)
        if expected is None or not path.is_file():
            raise LibraryDamaged(f"{POLICY} of {self.label} is missing; restore it or remove the version")
        found = file_sha256(path)
        self._compare(POLICY, expected, found)
        self._compare(POLICY, skill.policy.sha256, found)
        return path

    def read(self, name: str) -> bytes:
        """A file, after its hash was checked. Raises `LibraryDamaged`."""
        content = self._bytes(name)
        self._compare(name, self.manifest().get(name, "none"), sha256(content))
        return content

    def _compare(self, name: str, expected: str, found: str) -> None:
        if expected != found:
            raise LibraryDamaged(
                f"{name} of {self.label} has changed: expected sha256 {expected}, found {found}; "
                "restore it or remove the version"
            )

    def _bytes(self, name: str) -> bytes:
        return read_file(self.path / name, f"{name} of {self.label}", VERSION_FILES.get(name, 2**20))
