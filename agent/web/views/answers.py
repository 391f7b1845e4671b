"""Questions that a model was asked, and its answers; paragraphs that recur are given once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.records.redaction import shown
from agent.web.views.opened import Opened

if TYPE_CHECKING:
    from agent.llm.answer import Answer

LONGEST_SOURCE = 400
LONGEST_REPLY = 60_000
"""Characters of a reply or a paragraph that are shown."""


def answer_ids(opened: Opened, names: Iterable[str]) -> list[str]:
    """Ids of the answers that these skills rest on, in order: the claim first, then the design."""
    found: dict[str, None] = {}
    for name in names:
        skill = opened.skills.get(name)
        for answer in (opened.graph.answer_id(name), *(skill.lineage.answers if skill else ())):
            if answer:
                found[answer] = None
    return list(found)


def answers_view(opened: Opened, names: Iterable[str], runs: Path | None = None) -> dict[str, Any]:
    """The answers that skills rest on, as far as their runs or the recorded answers of the game have them.

    Args:
        opened: the library.
        names: of the skills.
        runs: folder of run folders; the runs that the skills come from are looked into first.

    Returns:
        ``texts``: paragraphs; ``answers``: id -> what was asked (lists of places in ``texts``, by role), the
        reply, and its source (places of the model, the date and a note); ``missing``: ids that nothing here
        knows.
    """
    skills = list(names)
    wanted = answer_ids(opened, skills)
    found = _find(opened, skills, wanted, runs)
    return {**told_answers(found), "missing": [key for key in wanted if key not in found]}


def logged_answers(run: Path, most: int) -> Mapping[str, Answer]:
    """The latest answers that a run was given, by id; none where its file is gone or damaged.

    Args:
        run: folder of the run.
        most: how many at most.
    """
    return dict(list(_logged(run / "answers.jsonl").items())[-most:])


def told_answers(found: Mapping[str, Answer]) -> dict[str, Any]:
    """Answers as pages are told them: ``texts`` and ``answers``, see `answers_view`."""
    texts: dict[str, int] = {}

    def place(text: str) -> int:
        return texts.setdefault(text, len(texts))

    answers = {
        key: {
            "prompt": answer.request.prompt_id,
            "subject": shown(answer.request.subject, 200),
            **({"draw": answer.request.draw} if answer.request.draw else {}),
            "messages": [
                [message.role, [place(part) for part in _parts(message.content)]]
                for message in answer.request.messages
            ],
            "reply": shown(answer.reply, LONGEST_REPLY, lines=True),
            **({"repaired": True} if answer.repaired else {}),
            "from": answer.source.kind,
            "source": [
                place(shown(text, LONGEST_SOURCE))
                for text in (answer.source.model, answer.source.date, answer.source.note)
            ],
        }
        for key, answer in found.items()
    }
    return {"texts": list(texts), "answers": answers}


def _parts(text: object) -> list[str]:
    return [shown(part, LONGEST_REPLY, lines=True) for part in str(text).split("\n\n")]


def _find(opened: Opened, names: list[str], ids: list[str], runs: Path | None) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    runs_of = [skill.lineage.run for name in names if (skill := opened.skills.get(name)) is not None]
    named = [run for run in dict.fromkeys(runs_of) if run and Path(run).name == run]
    folders = [runs / run for run in named] if runs is not None else []
    for source in [*(folder / "answers.jsonl" for folder in folders), None]:
        missing = [key for key in ids if key not in found]
        if not missing:
            break
        known = _shipped(opened.game) if source is None else _logged(source)
        found |= {key: known[key] for key in missing if key in known}
    return {key: found[key] for key in ids if key in found}


def _logged(path: Path) -> Mapping[str, Answer]:
    """The answers of a run; none where its file is gone or damaged."""
    from agent.llm.answer_log import read_log
    from agent.llm.errors import BadPack

    if not path.is_file():
        return {}
    key = (str(path), path.stat().st_mtime_ns, path.stat().st_size)
    if key not in _kept:
        with suppress(BadPack, OSError):
            _kept.clear()
            _kept[key] = read_log(path).answers
    return _kept.get(key, {})


def _shipped(game: str) -> Mapping[str, Answer]:
    from agent.llm.answer_pack import shipped_pack
    from agent.llm.errors import BadPack

    if game not in _packs:
        with suppress(BadPack):
            _packs[game] = {answer.id: answer for answer in shipped_pack(game)}
    return _packs.get(game, {})


_kept: dict[tuple[str, int, int], Mapping[str, Answer]] = {}
_packs: dict[str, Mapping[str, Answer]] = {}
