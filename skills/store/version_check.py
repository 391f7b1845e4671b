"""Examines one version of a skill: hashes, record, copies for people, statistics, code, rewards, weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skills.code.sandbox import Sandbox
from skills.errors import LibraryDamaged, PolicyMismatch
from skills.files import sha256
from skills.network import NumpyNetwork
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Skill
from skills.store.code_check import CodeCheck
from skills.store.layout import (
    CARD,
    DONE_FILE,
    OPTION_TEXT,
    POLICY,
    PREFERENCE,
    RECORD,
    REWARD_TEXT,
    STATS,
    VERSION_FILES,
)
from skills.store.record_check import record_problems
from skills.store.version_folder import (
    contents,
    parse_manifest,
    parse_placed_skill,
    parse_use,
    skill_preference_hash,
)
from skills.store.vocabulary import Vocabulary

Found = Iterator[tuple[str, str]]
"""Pairs of a file's name, empty for the version as a whole, and what is wrong with it."""


class VersionCheck:
    """All problems of one version.

    Args:
        label: ``skill/vN``.
        files: name -> content; `unreadable` names those that could not be read, and why.
        known: the game's words.
        sandbox: where its code is loaded.
    """

    def __init__(self, label: str, files: Mapping[str, bytes], known: Vocabulary, sandbox: Sandbox) -> None:
        self._files = files
        self._unreadable: Mapping[str, str] = getattr(files, "unreadable", {})
        self._known = known
        self._sandbox = sandbox
        self._label = label.replace("/", " ")

    def problems(self) -> Found:
        """All of them, in no particular order."""
        yield from self._unreadable.items()
        if DONE_FILE not in self._files:
            if DONE_FILE not in self._unreadable:
                yield "", f"half-written (no {DONE_FILE}); export it again"
            return
        try:
            manifest = parse_manifest(self._files[DONE_FILE], f"{DONE_FILE} of {self._label}")
        except LibraryDamaged as error:
            yield DONE_FILE, str(error)
            return
        intact: set[str] = set()
        yield from self._manifest_problems(manifest, intact)
        yield from self._use_problems()
        if RECORD in intact:
            yield from self._skill_problems(manifest, intact)

    def _manifest_problems(self, manifest: Mapping[str, str], intact: set[str]) -> Found:
        """Files that are not what the manifest says; those that are, are added to `intact`."""
        for name, digest in manifest.items():
            if name not in VERSION_FILES or name in (DONE_FILE, STATS):
                yield (
                    DONE_FILE,
                    f"{DONE_FILE} of {self._label} lists {name!r}, which is not part of a version",
                )
            elif name in self._files:
                found = sha256(self._files[name])
                if found == digest:
                    intact.add(name)
                else:
                    yield (
                        name,
                        f"{name} of {self._label} has changed: expected sha256 {digest}, found {found}; "
                        "restore it or remove the version",
                    )
            elif name not in self._unreadable:
                yield name, f"{name} of {self._label} is missing; restore it or remove the version"
        for name in self._files:
            if name not in {*manifest, DONE_FILE, STATS}:
                yield name, "not part of a library; remove it"

    def _use_problems(self) -> Found:
        if STATS in self._files:
            try:
                parse_use(self._files[STATS], f"{STATS} of {self._label}")
            except LibraryDamaged as error:
                yield STATS, str(error)

    def _skill_problems(self, manifest: Mapping[str, str], intact: set[str]) -> Found:
        try:
            skill = parse_placed_skill(self._files[RECORD], self._label)
        except LibraryDamaged as error:
            yield RECORD, str(error)
            return
        for text in record_problems(skill, self._known):
            yield RECORD, f"{RECORD} of {self._label}: {text}"
        for name, expected in ((POLICY, skill.policy.sha256), (PREFERENCE, skill_preference_hash(skill))):
            found = manifest.get(name, "")
            if found != expected:
                yield (
                    name,
                    f"the record says sha256 {expected or 'none'}, {DONE_FILE} says {found or 'none'}; "
                    "restore the version or remove it",
                )
        yield from self._copy_problems(skill, manifest)
        yield from self._code_problems(skill)
        if PREFERENCE in intact and manifest[PREFERENCE] == skill_preference_hash(skill):
            yield from self._preference_problems(skill)
        if POLICY in intact and manifest[POLICY] == skill.policy.sha256:
            yield from self._weights_problems(skill)

    def _copy_problems(self, skill: Skill, manifest: Mapping[str, str]) -> Found:
        """Copies for people that say something else than the record."""
        expected = contents(skill, None, None)
        for name in (CARD, REWARD_TEXT, OPTION_TEXT):
            found, wanted = manifest.get(name), sha256(expected[name]) if name in expected else None
            if found != wanted:
                what = "is missing" if not found else "is not what the record says"
                yield name, f"{name} of {self._label} {what}; restore the version or remove it"

    def _code_problems(self, skill: Skill) -> Found:
        """Code that is refused, or cannot be loaded in the sandbox."""
        for text in CodeCheck(self._known, self._sandbox).skill_problems(skill.reward, skill.option):
            yield RECORD, f"{RECORD} of {self._label}: {text}"

    def _preference_problems(self, skill: Skill) -> Found:
        try:
            model = PreferenceModel.from_bytes(self._files[PREFERENCE], f"{PREFERENCE} of {self._label}")
        except LibraryDamaged as error:
            yield PREFERENCE, str(error)
            return
        if (model.game, model.skill) != (skill.game, skill.name):
            yield (
                PREFERENCE,
                f"the reward of {model.skill!r} in {model.game!r}; restore the version or remove it",
            )
        if self._known.spec:
            unknown = sorted(set(model.channels) - set(self._known.facts))
            if unknown:
                yield PREFERENCE, f"looks at {', '.join(unknown)}, which {self._known.game} does not have"

    def _weights_problems(self, skill: Skill) -> Found:
        try:
            network = NumpyNetwork.from_bytes(self._files[POLICY], f"{POLICY} of {self._label}")
            spec = self._known.spec
            if spec and skill.encoding == spec.encoding:
                network.check(spec.encoding_size, len(spec.actions))
        except (LibraryDamaged, PolicyMismatch) as error:
            yield POLICY, str(error)
