"""Sentences for claims that a model wrote once, out of ``data/sentences.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from agent.judges.embedded.claims import Claim, read_claim
from agent.judges.embedded.errors import BadWords
from envs.reading import why_unreadable

SENTENCES: Final = Path(__file__).parent / "data" / "sentences.toml"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written for a claim: sentences that judges are trained on, and those kept for evaluation."""

    claim: Claim
    known: tuple[str, ...]
    new: tuple[str, ...]


@cache
def written_sentences(path: Path = SENTENCES) -> tuple[Written, ...]:
    """Read the sentences. Raises `BadWords`."""
    try:
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        return tuple(
            Written(read_claim(short), tuple(said["known"]), tuple(said["new"]))
            for short, said in file["claims"].items()
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadWords(
            f"{path} cannot be used: {why_unreadable(error)}; restore it from the package"
        ) from error
