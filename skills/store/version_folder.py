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

from skills.errors import LibraryDamaged
from skills.files import file_sha256, sha256, to_json
from skills.skill import SCHEMA, Skill, SkillStats
from skills.store.card import option_text, skill_card

MANIFEST_SCHEMA = 1
DONE_FILE = "DONE"
STATS = "stats.json"
POLICY = "policy.zip"
PREFERENCE = "preference.json"


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
    files = {"skill.json": to_json(skill.model_dump(mode="json")), "card.md": skill_card(skill).encode()}
    if policy is not None:
        files[POLICY] = policy
    if preference is not None:
        files[PREFERENCE] = preference
    if skill.reward:
        files["reward.py.txt"] = skill.reward.encode()
    if option := option_text(skill.option):
        files["option.py.txt"] = f"{option}\n".encode()
    if evidence is not None:
        files["evidence.json"] = to_json({"schema": 1, "evidence": evidence})
    manifest = {"schema": MANIFEST_SCHEMA, "files": {name: sha256(files[name]) for name in sorted(files)}}
    return {**files, DONE_FILE: to_json(manifest)}


def parse_manifest(content: bytes, where: str) -> dict[str, str]:
    """The hashes of ``DONE``. Raises `LibraryDamaged`."""
    data = parse_object(content, where)
    schema, files = data.get("schema"), data.get("files")
    if not isinstance(schema, int) or schema > MANIFEST_SCHEMA:
        raise LibraryDamaged(
            f"{where} has schema {schema!r}; this version reads up to {MANIFEST_SCHEMA}: update journeyman"
        )
    if not isinstance(files, dict) or "skill.json" not in files:
        raise LibraryDamaged(f"{where} lists no skill.json; restore it or remove the version")
    return {str(name): str(digest) for name, digest in files.items()}


def parse_skill(content: bytes, where: str) -> Skill:
    """The record in ``skill.json``. Raises `LibraryDamaged`."""
    schema = parse_object(content, where).get("schema_version")
    if isinstance(schema, int) and schema > SCHEMA:
        raise LibraryDamaged(
            f"{where} has schema {schema}; this version reads up to {SCHEMA}: update journeyman"
        )
    try:
        return Skill.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the record"
        raise LibraryDamaged(
            f"{where} is not a skill record: {place}: {first['msg']}; restore it or remove the version"
        ) from error


def parse_object(content: bytes, where: str) -> dict[str, Any]:
    """A JSON object. Raises `LibraryDamaged`."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise LibraryDamaged(f"{where} is not JSON: {error}; restore it or remove the version") from error
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
        content = self._bytes("skill.json")
        self._compare("skill.json", self.manifest()["skill.json"], sha256(content))
        skill = parse_skill(content, f"skill.json of {self.label}")
        name, version = self.path.parent.name, int(self.path.name.removeprefix("v"))
        if (skill.name, skill.version) != (name, version):
            raise LibraryDamaged(
                f"skill.json of {self.label} is that of {skill.name} v{skill.version}; move it back "
                "or remove it"
            )
        return skill

    def use(self) -> SkillStats:
        """What executions outside of trials showed; zeros before any. Raises `LibraryDamaged`."""
        if not (self.path / STATS).exists():
            return SkillStats()
        where = f"{STATS} of {self.label}"
        data = parse_object(self._bytes(STATS), where)
        try:
            return SkillStats.model_validate(data.get("stats"))
        except ValidationError as error:
            raise LibraryDamaged(
                f"{where} holds no statistics; remove the file to start them anew"
            ) from error

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
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError as error:
            raise LibraryDamaged(
                f"{name} of {self.label} is missing; restore it or remove the version"
            ) from error
        except OSError as error:
            raise LibraryDamaged(f"{name} of {self.label} cannot be read: {error.strerror}") from error
