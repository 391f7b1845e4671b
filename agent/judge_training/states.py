"""Writes the token states that are shipped: of all claims of pools, suites and documents, and of the exam."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import agent
from agent.judge_training.exam import texts_of
from agent.judge_training.lessons import encode_all
from agent.judge_training.recipe import open_exam
from agent.judges.embedded.parsing import parse_claim
from agent.judges.embedded.shipped_states import STATES, normal, save_states
from agent.judges.embedded.text_encoder import TextEncoder

KEYS: Final = ("claim", "text", "wordings")
"""Names under which files keep sentences that may be judged."""
_QUOTED: Final = re.compile(
    r"""(?:journeyman solve|--claim) (?:"([^"]+)"|'([^']+)')(?![^`\n]*(?:--game|-g) (?!crafter\b))"""
)
"""A task in words, in the commands of a document; none of another game, whose pictures are not read."""


def shipped_files() -> list[Path]:
    """The files whose claims come with Journeyman: pool, suites, and where they are there, documents."""
    root = Path(str(agent.__file__)).parent
    suites = root / "evaluation" / "suites"
    files = [root / "design" / "pools" / "crafter.json"]
    files += [suites / f"{name}.toml" for name in ("crafter-composites", "crafter-unstated")]
    documents = [
        root.parent / "README.md",
        root.parent / "docs" / "goals.md",
        root.parent / "docs" / "judging.md",
    ]
    return files + [file for file in documents if file.is_file()]


def write_states(
    files: Sequence[Path], path: Path = STATES, *, exam: bool = True, work: Path | None = None
) -> int:
    """Encode the claims of some files and write them; how many sentences there are.

    Args:
        files: suites (TOML), pools (JSON), documents (Markdown), or plain lists, one claim a line.
        path: of the file that is written.
        exam: whether the exam's sentences come along, so that it can be taken without the encoder.
        work: folder of a training, whose attempts need not be cut out again.

    Raises:
        NoTextEncoder: the encoder is not installed.
        OSError: a file cannot be read or written.
    """
    texts = {normal(text) for file in files for text in claims_in(file)}
    if exam:
        texts |= {normal(text) for text in texts_of(open_exam("test", work, 26, lambda text: None))}
    wanted = sorted(text for text in texts if text and parse_claim(text) is None)
    encoder = TextEncoder()
    save_states(path, dict(zip(wanted, encode_all(wanted, encoder), strict=True)))
    return len(wanted)


def claims_in(file: Path) -> Iterator[str]:
    """Sentences of a file that may be claims. Raises `OSError`."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".toml":
        yield from _sentences(tomllib.loads(text))
    elif file.suffix == ".json":
        yield from _sentences(json.loads(text))
    elif file.suffix == ".md":
        yield from (one or other for one, other in _QUOTED.findall(text))
    else:
        yield from (line.strip() for line in text.splitlines() if line.strip() and line[0] != "#")


def _sentences(value: Any, wanted: bool = False) -> Iterator[str]:
    """What stands under `KEYS`, however deep."""
    if isinstance(value, str) and wanted:
        yield value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _sentences(inner, key in KEYS)
    if isinstance(value, list):
        for inner in value:
            yield from _sentences(inner, wanted)
