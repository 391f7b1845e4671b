"""Chains in libraries: verified, exported, imported and opened only with all their parts."""

from pathlib import Path

import pytest

from skills.chains.record import chain_skill
from skills.errors import LibraryConflict, LibraryDamaged
from skills.skill import Effects, Lineage, OptionCode, PolicyRecord, Skill
from skills.store.store import SkillLibrary

STARTS = OptionCode(
    initiation="def initiation(facts):\n    return True\n",
    termination="def termination(start, facts, steps):\n    return False\n",
)


def part(name: str) -> Skill:
    return Skill(
        name=name, game="toy", kind="act", description=f"Do {name}.", effects=Effects(obtains={"wood": 1}),
        policy=PolicyRecord(kind="scripted", action="take"), option=STARTS,
    )  # fmt: skip


def chain(name: str, *parts: str) -> Skill:
    effects = Effects(obtains={"wood": 2})
    return chain_skill(name, "Both.", [part(one) for one in parts], effects, step_cap=9, lineage=Lineage())


@pytest.fixture
def library(tmp_path: Path) -> SkillLibrary:
    library = SkillLibrary(tmp_path / "one", "toy")
    for skill in (part("chop"), part("saw"), chain("both", "chop", "saw"), chain("more", "both", "chop")):
        library.add(skill)
    return library


def messages(library: SkillLibrary) -> list[str]:
    return [f"{problem.path}: {problem.message}" for problem in library.verify()]


def test_whole_chains_travel(library: SkillLibrary, tmp_path: Path) -> None:
    assert messages(library) == []
    library.export(tmp_path / "toy.zip")
    other = SkillLibrary(tmp_path / "two", "toy")
    other.import_(tmp_path / "toy.zip")
    assert other.load("more").lineage.parts == ("both v1", "chop v1")
    assert messages(other) == []


def test_a_retired_part_is_found_before_anything_is_played(library: SkillLibrary, tmp_path: Path) -> None:
    library.retire("saw", "too slow")
    wrong = "its part 'saw' is retired; restore or learn that skill"
    found = messages(library)
    assert [text.split(": ")[0] for text in found] == ["both/v1/skill.json", "more/v1/skill.json"]
    assert wrong in found[0] and "its part 'saw' in 'both' is retired" in found[1]
    with pytest.raises(LibraryDamaged, match="is not exported"):
        library.export(tmp_path / "toy.zip")
    library.retire("both", "its part is")
    library.retire("more", "its part is")
    assert messages(library) == []


def test_a_missing_part_and_a_circle_are_problems(library: SkillLibrary) -> None:
    library.add(chain("lone", "nowhere"))
    library.add(chain("both", "chop", "more"))
    text = "\n".join(messages(library))
    assert "lone v1: its part 'nowhere' is missing" in text
    assert "both v2: its part 'both' in 'more' leads back to itself (both > more > both)" in text


def test_what_is_retired_here_is_not_imported_as_a_part(library: SkillLibrary, tmp_path: Path) -> None:
    library.export(tmp_path / "toy.zip")
    other = SkillLibrary(tmp_path / "two", "toy")
    other.add(part("saw"))
    other.retire("saw", "no use here")
    with pytest.raises(LibraryConflict, match="chain 'both', and its part 'saw' is retired here"):
        other.import_(tmp_path / "toy.zip")
    assert other.names(retired=True) == ["saw"]
