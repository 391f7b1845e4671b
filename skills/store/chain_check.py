"""Whether the chains of a library can be executed with the skills that are in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from skills.chains.parts import ADVICE, chain_problems, parts_of
from skills.errors import LibraryConflict, LibraryDamaged
from skills.skill import Skill
from skills.store.game_files import parse_retirement
from skills.store.layout import RECORD, RETIRED
from skills.store.version_folder import parse_placed_skill


def broken_chains(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Chains with a part that is retired or missing, leads back, or lies too deep.

    Only the newest versions count, since no others are executed, and only of skills that are in use. Records
    that cannot be read are left to the other checks.

    Args:
        files: a library's files, by their paths from the game's folder.

    Yields:
        Path of the record, and what is wrong with it.
    """
    skills = newest_skills(files)
    retired = {name for name in skills if _retired_up_to(files, name) >= skills[name].version}
    parts = parts_of({name: skill for name, skill in skills.items() if name not in retired})
    for name in parts:
        for text in chain_problems(name, parts, retired):
            label = f"{name} v{skills[name].version}"
            yield f"{label.replace(' ', '/')}/{RECORD}", f"{RECORD} of {label}: {text}; {ADVICE}"


def newest_skills(files: Mapping[str, bytes]) -> dict[str, Skill]:
    """The newest version of every skill among a library's files, where it can be read."""
    found: dict[str, Skill] = {}
    for path in files:
        label, _, name = path.rpartition("/")
        if name != RECORD:
            continue
        try:
            skill = parse_placed_skill(files[path], label.replace("/", " "))
        except LibraryDamaged:
            continue
        if skill.name not in found or found[skill.name].version < skill.version:
            found[skill.name] = skill
    return found


def _retired_up_to(files: Mapping[str, bytes], name: str) -> int:
    """The version up to which a skill is retired; 0 for none."""
    path = f"{name}/{RETIRED}"
    try:
        return int(parse_retirement(files[path], path)["up_to_version"]) if path in files else 0
    except LibraryDamaged:
        return 0


def require_parts_in_use(files: Mapping[str, bytes], into: Mapping[str, bytes], source: str) -> None:
    """Raise `LibraryConflict` when chains to be imported have a part that is retired where they go.

    Args:
        files: what is imported.
        into: the library's own files.
        source: name of the imported file, for the message.
    """
    skills, own = newest_skills(files), newest_skills(into)
    for name, skill in skills.items():
        for part in skill.policy.parts:
            newest = max(found[part].version for found in (skills, own) if part in found)
            if newest <= _retired_up_to(into, part):
                raise LibraryConflict(
                    f"{source} holds the chain {name!r}, and its part {part!r} is retired here; nothing is "
                    f"imported: restore it (journeyman skills restore {part}), or import into another folder"
                )
