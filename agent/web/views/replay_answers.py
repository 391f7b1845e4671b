"""What a model was asked that an episode rests on: for the skill in hand, and while the run went on."""

from __future__ import annotations

from typing import Any, Final

from agent.errors import MissingPrerequisite
from agent.records.episodes import find_episode
from agent.records.runs import find_run
from agent.web.views.answers import answer_ids, answers_view, logged_answers, told_answers
from agent.web.views.folders import Folders
from agent.web.views.opened import open_library
from envs.errors import UnknownGame
from planners.errors import BadGraph
from skills.errors import SkillError

MOST: Final = 40
"""Answers of a run that are told, the latest."""


def asked(folders: Folders, run: str, name: str, skill: str) -> dict[str, Any]:
    """Questions and answers behind an episode.

    Args:
        folders: what may be shown.
        run: name of the run.
        name: number of the episode.
        skill: the skill in hand; empty for what was asked while the run went on.

    Returns:
        ``ids`` in order, and ``texts`` and ``answers`` as `agent.web.views.answers.answers_view` has them.
        The library is looked at as it is now.

    Raises:
        UnknownRun, UnknownEpisode: there is none.
    """
    episode = find_episode(find_run(folders.runs, run), name)
    if not skill:
        found = {} if episode.origin == "trial" else logged_answers(episode.run.path, MOST)
        return {"ids": list(found), **told_answers(found)}
    try:
        opened = open_library(folders.library, episode.trace.game)
    except (MissingPrerequisite, BadGraph, UnknownGame):
        return {"ids": [], "texts": [], "answers": {}}
    try:
        ids = answer_ids(opened, [skill] if skill in opened.graph else [])
        return {"ids": ids, **answers_view(opened, [skill] if ids else [], folders.runs)}
    except SkillError:  # its record is damaged
        return {"ids": [], "texts": [], "answers": {}}
