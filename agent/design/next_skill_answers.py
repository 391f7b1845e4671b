"""The written answers to what comes next in a chain, and the command that puts them into the packs.

``next_skills/<game>.toml`` keeps them by the names that skills have in the game's pack. The questions tell
skills by what they are claimed to bring, which is taken from the pack as well. After a change of a game's
facts or manual, write them again::

    python -m agent.design.next_skill_answers crafter
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from agent.design.chains import next_variables
from agent.llm.answer_pack import PACK_FOLDER, AnswerPack, shipped_pack
from agent.llm.pack_writer import record_authored
from agent.llm.parse import parse_reply
from agent.llm.replies import SkillEffects
from envs.registry import game_spec

FOLDER: Final = Path(__file__).with_name("next_skills")
"""``<game>.toml``: names of skills with `` > `` between them = facts that should come next, with grades."""


def written_games() -> list[str]:
    """The games that there are written answers about."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def written_questions(pack: AnswerPack) -> Iterator[tuple[dict[str, str], Mapping[str, int]]]:
    """The variables of every question about a pack's game that has a written answer, and its grades."""
    chains = tomllib.loads((FOLDER / f"{pack.game}.toml").read_text(encoding="utf-8"))
    spec, told = game_spec(pack.game), _claimed(pack)
    for chain, grades in chains.items():
        yield next_variables(spec, [told[name] for name in chain.split(" > ")]), grades


def _claimed(pack: AnswerPack) -> dict[str, str]:
    """Skill -> what it brings, as questions about chains tell it, by the pack's own claims."""
    effects = [answer for answer in pack if answer.request.prompt_id == "skill_effects"]
    return {
        answer.request.subject: ", ".join(sorted(parse_reply(answer.reply, SkillEffects).obtains))
        for answer in effects
    }


def write(pack: AnswerPack) -> int:
    """Put the written answers about a game into its pack, in place of those there; how many.

    Raises:
        KeyError: the pack has no claim about a skill that an answer speaks of.
    """
    questions = list(written_questions(pack))
    for answer in [answer for answer in pack if answer.request.prompt_id == "next_skill"]:
        pack.remove(answer.id)
    for variables, grades in questions:
        record_authored("next_skill", variables, {"reason": "", "next": dict(grades)}, pack)
    return len(questions)


def main(games: list[str]) -> None:
    """Write the answers about these games, all by default, into the packs that come with Journeyman."""
    for game in games or written_games():
        pack = shipped_pack(game)
        write(pack)
        pack.save(PACK_FOLDER / f"{game}.json")


if __name__ == "__main__":
    main(sys.argv[1:])
