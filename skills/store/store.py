"""The skill library: versioned, hashed folders of skills, written atomically.

::

    <root>/<game>/graph.json               the skill graph (read and written by planners)
    <root>/<game>/<skill>/v<N>/...         see `skills.store.version_folder`
    <root>/<game>/<skill>/retired.json     why the versions up to some number are not used any more
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from envs import disk
from envs.disk import Written
from envs.errors import did_you_mean
from envs.text import command_line, counted, plain
from skills.errors import LibraryDamaged, UnknownSkill
from skills.files import remove_unfinished, sha256, to_json
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Skill, SkillStats
from skills.store.archive import ImportReport, export_library, import_library, read_archive
from skills.store.chain_check import require_parts_in_use
from skills.store.change import CHANGE, TEMPORARY, Change, complete
from skills.store.check import PlannersCheck, Problem, json_only, library_problems
from skills.store.folder_files import FolderFiles, read_file
from skills.store.game_files import parse_retirement
from skills.store.layout import (
    DONE_FILE,
    EVIDENCE,
    GRAPH,
    POLICY,
    PREFERENCE,
    RETIRED,
    SKILL_FILES,
    SKILL_NAME,
    STATS,
    VERSION_NAME,
)
from skills.store.lock import Hold, hold_of, library_lock, writing
from skills.store.version_folder import (
    STATS_SCHEMA,
    VersionFolder,
    contents,
    parse_object,
    skill_preference_hash,
)

logger = logging.getLogger(__name__)


class SkillLibrary:
    """The skills of one game in one folder; reading needs no rights, writing takes the lock.

    Folders without ``DONE`` are half-written: they are ignored with a warning and removed at the next write.
    """

    def __init__(self, root: Path, game: str, check: PlannersCheck = json_only) -> None:
        """Open ``root/game``; neither needs to exist before something is written.

        Args:
            root: folder of libraries.
            game: registry name.
            check: how `verify`, `export` and `import_` examine the graph and evidence, which this layer
                cannot read: `planners.graph.library_check.problems`. Without it they must only be JSON.
        """
        self._check = check
        self.root = Path(root)
        self.game = game
        self.folder = self.root / game

    @property
    def graph_path(self) -> Path:
        """Where the skill graph is kept."""
        return self.folder / GRAPH

    @property
    def unfinished(self) -> bool:
        """Whether a change is pending that a killed process left; whoever writes next finishes it."""
        return (self.folder / CHANGE).exists()

    def names(self, *, retired: bool = False) -> list[str]:
        """Skills with at least one finished version, sorted; retired ones only if asked for."""
        found = [name for name in self._skill_folders() if self.versions(name)]
        return [name for name in found if retired or not self.is_retired(name)]

    def newest(self) -> dict[str, int]:
        """The newest version of every skill in use; nothing is looked up twice while the lock is held."""
        hold = hold_of(self.folder)
        if hold is None or hold.newest is None:
            found = {name: max(self.versions(name)) for name in self.names()}
            if hold is None:
                return found
            hold.newest = found
        return dict(hold.newest)

    def versions(self, name: str) -> list[int]:
        """Finished versions, ascending; empty for an unknown skill."""
        finished = []
        for path in _children(self.folder / name):
            if not VERSION_NAME.fullmatch(path.name):
                continue
            if VersionFolder(path).complete:
                finished.append(int(path.name[1:]))
            else:
                logger.warning("%s is half-written (no %s) and ignored", path, DONE_FILE)
        return sorted(finished)

    def load(self, name: str, version: int | None = None) -> Skill:
        """A skill with the statistics of its trials; the newest version unless told.

        Raises:
            UnknownSkill: no such skill or version.
            LibraryDamaged: its record is unreadable or not what its hash says.
        """
        skill = self._version(name, version).skill()
        if skill.game != self.game:
            raise LibraryDamaged(
                f"skill.json of {name} v{skill.version} is of {plain(skill.game, 80)!r}, and this is the "
                f"library of {self.game!r}; move it, or remove it"
            )
        return skill

    def load_all(self) -> dict[str, Skill]:
        """The newest version of every skill that is not retired. Raises `LibraryDamaged`."""
        return {name: self.load(name) for name in self.names()}

    def weights_path(self, name: str, version: int | None = None) -> Path:
        """The weights of a learned skill, after their hash was checked.

        Raises:
            UnknownSkill: no such skill or version.
            LibraryDamaged: the file is missing or has changed.
            ValueError: the skill is not a learned one.
        """
        folder = self._version(name, version)
        skill = folder.skill()
        if skill.policy.kind != "learned":
            raise ValueError(f"{name} v{skill.version} is {skill.policy.kind}; it has no {POLICY}")
        return folder.weights_path(skill)

    def preference(self, name: str, version: int | None = None) -> PreferenceModel | None:
        """The reward learned from preferences, after its hash was checked; None without one.

        Raises:
            UnknownSkill: no such skill or version.
            LibraryDamaged: the file is missing, has changed, or holds no such reward.
        """
        folder = self._version(name, version)
        if folder.skill().preference is None:
            return None
        return PreferenceModel.from_bytes(folder.read(PREFERENCE), f"{PREFERENCE} of {folder.label}")

    def evidence(self, name: str, version: int | None = None) -> dict[str, Any]:
        """What practice showed, as given to `add`; empty when nothing was given."""
        folder = self._version(name, version)
        if EVIDENCE not in folder.manifest():
            return {}
        evidence = parse_object(folder.read(EVIDENCE), f"{EVIDENCE} of {folder.label}").get("evidence")
        if not isinstance(evidence, dict):
            raise LibraryDamaged(f"{EVIDENCE} of {folder.label} holds no evidence; restore it")
        return evidence

    def add(
        self,
        skill: Skill,
        policy: Path | bytes | None = None,
        evidence: Mapping[str, Any] | None = None,
        preference: PreferenceModel | None = None,
        *,
        change: Change | None = None,
    ) -> Skill:
        """Store a skill under its next version number; versions are never overwritten.

        Args:
            skill: the record; its version and the hash of its weights are filled in here.
            policy: content of ``policy.zip`` or a file to copy; exactly for learned skills.
            evidence: anything JSON can hold.
            preference: the reward learned from preferences, exactly where the record speaks of one.
            change: a change that this is to be part of; otherwise it is one by itself.

        Returns:
            The record as stored.

        Raises:
            LibraryLocked: another process is writing.
            LibraryNotWritable: read-only folder or full disk; what was there is unchanged.
            LibraryDamaged: the skill has a version of the highest number that there is.
            ValueError: the skill is of another game, has weights or preferences when it should not, or
                lacks them.
        """
        if skill.game != self.game:
            raise ValueError(
                f"{skill.name} is a skill of {skill.game!r}; this is the library of {self.game!r}"
            )
        if (policy is not None) != (skill.policy.kind == "learned"):
            raise ValueError(
                f"{skill.name} is {skill.policy.kind} and comes {'without' if policy is None else 'with'} "
                "weights; exactly learned skills have them"
            )
        learned = preference.to_bytes() if preference is not None else None
        if (sha256(learned) if learned is not None else "") != skill_preference_hash(skill):
            raise ValueError(
                f"the preferences that come with {skill.name} are not those that its record speaks of; "
                "give both or none"
            )
        weights = policy.read_bytes() if isinstance(policy, Path) else policy
        digest = sha256(weights) if weights is not None else ""
        with self.change(change) as change:
            version = max(self._version_numbers(skill.name), default=0) + 1
            if not VERSION_NAME.fullmatch(f"v{version}"):
                raise LibraryDamaged(
                    f"{skill.name} has a version {version - 1}, and no number follows it; rename that folder"
                )
            record = skill.policy.model_copy(update={"sha256": digest})
            stored = skill.model_copy(update={"version": version, "policy": record})
            folder = self.folder / skill.name / f"v{version}"
            change.install(folder, contents(stored, weights, evidence, learned), Written.SKILL)
            change.versions[skill.name] = version
        return stored

    def use(self, name: str, version: int | None = None) -> SkillStats:
        """What executions outside of trials showed since the version was stored; zeros before any.

        Raises:
            UnknownSkill: no such skill or version.
            LibraryDamaged: the file is unreadable.
        """
        return self._version(name, version).use()

    def add_use(
        self, name: str, use: SkillStats, version: int | None = None, *, change: Change | None = None
    ) -> None:
        """Add to a version's statistics of use. Raises as `use` and `add`."""
        folder = self._version(name, version)
        with self.change(change) as change:
            data = {"schema": STATS_SCHEMA, "stats": (folder.use() + use).model_dump(mode="json")}
            change.write(folder.path / STATS, to_json(data), Written.STATISTICS)

    def retire(
        self, name: str, reason: str, *, by: str = "", instead: str = "", change: Change | None = None
    ) -> None:
        """Stop using a skill's versions so far, and keep why; a later version is used again.

        Args:
            name: of the skill; it stays on disk, and `restore` undoes this.
            reason: why, for people.
            by: ``practice`` where a session decided it by itself; such a skill is not learned again.
            instead: the skill that does the same.
            change: a change that this is to be part of; otherwise it is one by itself.

        Raises:
            UnknownSkill: there is no such skill.
            LibraryLocked, LibraryNotWritable: as `add`.
        """
        version = self._version(name, None)
        with self.change(change) as change:
            record = {
                "schema": 1,
                "reason": reason,
                "up_to_version": int(version.path.name[1:]),
                "utc": datetime.now(UTC).isoformat(timespec="seconds"),
                **{key: value for key, value in (("by", by), ("instead", instead)) if value},
            }
            change.write(self.folder / name / RETIRED, to_json(record), Written.RETIRED)
            change.retired.add(name)

    def restore(self, name: str) -> bool:
        """Use a retired skill again; False when it was not retired. Raises as `retire`."""
        retired = self._version(name, None).path.with_name(RETIRED)
        with self.lock() as hold, writing(self.folder):
            hold.forget()
            found = self.is_retired(name)
            if found:
                disk.remove(retired, Written.RETIRED)
        return found

    def retirement(self, name: str) -> dict[str, Any] | None:
        """The record of a retired skill (reason, up_to_version, utc, perhaps by and instead), or None.

        Raises:
            LibraryDamaged: the record is unreadable.
        """
        path = self.folder / name / RETIRED
        if not path.is_file():
            return None
        where = f"{RETIRED} of {name}"
        record = parse_retirement(read_file(path, where, SKILL_FILES[RETIRED]), where)
        newest = max(self.versions(name), default=0)
        return record if newest <= int(record["up_to_version"]) else None

    def is_retired(self, name: str) -> bool:
        """Whether no version of the skill is used any more."""
        return self.retirement(name) is not None

    def verify(self) -> list[Problem]:
        """Hash and read everything; all problems at once, none for a library in order."""
        return library_problems(self.folder, self.game, self._check)

    def export(self, path: Path) -> None:
        """Write the whole library as one file; see `skills.store.archive.export_library`."""
        export_library(self.folder, self.game, path, self._check)

    def import_(self, path: Path) -> ImportReport:
        """Add everything in an exported file; see `skills.store.archive`.

        A file that is refused leaves nothing behind: it is read and checked before the folder is touched.
        """
        files = read_archive(path, self.game, self._check)
        with self.lock() as hold:
            hold.forget()
            require_parts_in_use(files, FolderFiles(self.folder), path.name)
            with writing(self.folder):
                self._remove_half_written()
            return import_library(self.folder, files, path)

    @contextmanager
    def change(self, outer: Change | None = None) -> Iterator[Change]:
        """A change to several files of the library: all of it is made at the end of the block, or nothing.

        Args:
            outer: a change under way, which then is the one and is not ended here.

        Raises:
            LibraryLocked: another process is writing.
            LibraryNotWritable: read-only folder or full disk; what was there is unchanged.
        """
        if outer is not None:
            yield outer
            return
        with self.lock() as hold, writing(self.folder):
            complete(self.folder)
            if not hold.swept:
                self._remove_half_written()
            try:
                with Change(self.folder) as change:
                    yield change
            except BaseException:
                hold.forget()
                raise
            hold.note(change.versions, change.retired)

    def lock(self) -> AbstractContextManager[Hold]:
        """Keep other processes from writing; may be nested. Raises `LibraryLocked` on entering."""
        return library_lock(self.folder)

    def _version(self, name: str, version: int | None) -> VersionFolder:
        versions = self.versions(name) if SKILL_NAME.fullmatch(name) else []
        if not versions:
            names = self.names(retired=True)
            raise UnknownSkill(
                f"no skill {name!r} in the library of {self.game}"
                + did_you_mean(name, names, f"it has {counted(len(names), 'skill')}: ")
                + command_line("skills", "list", game=self.game, library=self.root)
            )
        if version is not None and version not in versions:
            raise UnknownSkill(f"{name} has no version {version}; it has: {', '.join(map(str, versions))}")
        return VersionFolder(self.folder / name / f"v{versions[-1] if version is None else version}")

    def _skill_folders(self) -> list[str]:
        return sorted(p.name for p in _children(self.folder) if SKILL_NAME.fullmatch(p.name) and p.is_dir())

    def _version_numbers(self, name: str) -> list[int]:
        names = [path.name for path in _children(self.folder / name)]
        return [int(found[1:]) for found in names if VERSION_NAME.fullmatch(found)]

    def _remove_half_written(self) -> None:
        for folder in [self.folder, *(self.folder / name for name in self._skill_folders())]:
            for path in _children(folder):
                unfinished = VERSION_NAME.fullmatch(path.name) and not VersionFolder(path).complete
                if path.is_dir() and (path.name.startswith(TEMPORARY) or unfinished):
                    logger.warning("removing half-written %s", path)
                    disk.remove_folder(path, Written.SKILL)
                elif path.is_dir() and VERSION_NAME.fullmatch(path.name):
                    remove_unfinished(path, Written.STATISTICS)
            remove_unfinished(folder, Written.LIBRARY)
            if folder != self.folder and not _children(folder):  # its first version was never finished
                disk.remove_empty(folder, Written.SKILL)


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
