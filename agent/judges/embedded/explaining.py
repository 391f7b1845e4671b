"""What a judge saw, in words: the readings that a claim hangs on."""

from __future__ import annotations

import numpy as np

from agent.judges.embedded.claims import Claim
from agent.judges.embedded.compare import Attempts, probability
from agent.judges.embedded.sight import COUNTED, LIGHTS

MOST_PARTS = 4


def what_is_seen(claim: Claim, attempts: Attempts) -> str:
    """The readings for each part of a claim about one attempt, with how likely each part holds."""
    said = [_part(atom, attempts) for atom in claim.atoms()[:MOST_PARTS]]
    return "; ".join(dict.fromkeys(said))


def _part(atom: Claim, attempts: Attempts) -> str:
    chance = float(probability(atom, attempts)[0])
    name = atom.arguments[0] if atom.arguments else ""
    if name in COUNTED and atom.kind in ("gain", "lose", "have", "exactly", "atmost", "ever"):
        column = COUNTED.index(str(name))
        first = int(np.argmax(attempts.first.counts[0, column]))
        last = int(np.argmax(attempts.last.counts[0, column]))
        return f"{name} was {first} and is {last} ({chance:.2f})"
    if atom.kind == "light":
        return f"it is {LIGHTS[int(attempts.last.light[0].argmax())]} ({chance:.2f})"
    return f"{atom} ({chance:.2f})"
