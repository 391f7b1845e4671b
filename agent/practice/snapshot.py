"""What a turn started from, so that it can be told whether others have corrected it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent.practice.roster import Roster
from agent.practice.session import Session
from skills.files import sha256, to_json


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The library and the beliefs at the moment in which states were found for a skill.

    Attributes:
        skill: the skill.
        needs: what was believed then that it needs.
        library: hash of the names and versions of all skills that could be executed; 12 hexadecimal digits.
    """

    skill: str
    needs: Mapping[str, int]
    library: str

    @classmethod
    def of(cls, session: Session, roster: Roster, skill: str) -> Snapshot:
        """How things stand now; where several turns are under way, the run's events tell it."""
        versions = {name: known.version for name, known in sorted(roster.skills.items())}
        needs = dict(session.graph.belief(skill).needs)
        snapshot = cls(skill, needs, sha256(to_json(versions))[:12])
        if session.slot.about:
            session.run.event(
                "started_from", skill=skill, library=snapshot.library, needs=needs, **session.slot.about
            )
        return snapshot

    def corrected(self, session: Session, when: str) -> bool:
        """Whether what the skill needs is believed to be something else now; that is recorded.

        What was learned is not thrown away for that: it is tried in other states.
        """
        needs = dict(session.graph.belief(self.skill).needs)
        if needs == self.needs:
            return False
        session.run.event("outdated", skill=self.skill, when=when, needs=needs, started_from=dict(self.needs))
        return True
