"""Recorded grades of events, carried over to a new description of the skill."""

from __future__ import annotations

from agent.llm.answer_pack import AnswerPack
from agent.llm.pack_writer import record_authored
from agent.preferences.annotator import Annotator


def carry_grades(annotator: Annotator, pack: AnswerPack, skill: str, description: str) -> int:
    """Make a pack's grades those of a skill as it is described now; returns how many answers changed.

    For use after a change of words that leaves the grades right, which the caller vouches for. The events
    must be the same; saving the pack is left to the caller.
    """
    changed = 0
    for variables in annotator.questions(skill, description):
        known = [
            answer
            for answer in pack.about("grade_events", skill)
            if variables["events"] in answer.request.messages[-1].content
        ]
        if not known:
            continue
        last = known[-1]
        source = last.source
        new = record_authored("grade_events", variables, last.reply, pack, note=source.note, date=source.date)
        for answer in known:
            if answer.id != new.id:
                pack.remove(answer.id)
                changed += 1
    return changed
