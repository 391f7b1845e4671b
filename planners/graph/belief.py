"""What is believed about a skill's effects: the language model's claim, corrected by evidence from play.

The rules, for count facts unless said otherwise ("few" is one success for a CRAFT skill, three for others):

1. Consumption. The commonest decrease seen in successes replaces the claim once few successes agree on it
   (ties: the larger). A decrease that nobody claimed is added when at least half of the successes show it,
   out of one (CRAFT) or three. A claimed fact that never fell over few successes is not consumed; if the
   skill never succeeded without it, it is required instead.
2. Gains. The commonest rise replaces the claim in the same way (ties: the smaller). Facts of other kinds
   define success, so they stay as claimed. A rise that nobody claimed is a by-product of a CRAFT skill when
   it shows in 80% of at least five successes.
3. Over-claimed needs, any kind. When one success (CRAFT) or two began with less than the claimed
   ``requires`` or ``holds``, the smallest amount at the start of a success is believed; zero drops the
   need. The claim is confirmed by two failures that lacked nothing else.
4. Under-claimed counts. While a CRAFT skill never succeeded, two failures that began with every believed
   need met raise the need for the fact held in the smallest amount (ties: first in the claim) to one more
   than they held, up to the fact's largest value. The raise stays "unverified" until a success.
5. Unclaimed places. A place that was true at the start of every success (three or more) and false at the
   start of two failures that had everything else, and of half of all such failures, is added to ``requires``.

A fact that is claimed to be both consumed and obtained shows only its net change; it stays as claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from envs.facts import FactKind
from planners.graph.evidence import DEFAULT_HIGH, Evidence, Histogram, raisable
from skills.skill import Effects, SkillKind

Role: TypeAlias = Literal["requires", "consumes", "holds", "obtains"]
ROLES: tuple[Role, ...] = ("requires", "consumes", "holds", "obtains")
Status: TypeAlias = Literal["unverified", "confirmed", "corrected", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One claim beside what play says about it.

    Attributes:
        claimed: the count claimed; 0 when play found the fact and nobody claimed it.
        believed: the count that planners use; 0 when play showed that the claim does not hold.
        confirmations: executions that speak for the believed count.
        contradictions: executions that speak against it.
        basis: what the status rests on, in words.
    """

    skill: str
    role: Role
    fact: str
    claimed: int
    believed: int
    confirmations: int = 0
    contradictions: int = 0
    status: Status = "unverified"
    basis: str = ""

    @property
    def sentence(self) -> str:
        """The correction for people, such as ``claimed 1 wood, play found 2 (12 of 12 successes)``."""
        basis = f" ({self.basis})" if self.basis else ""
        if self.status == "added":
            return f"nobody claimed {self.fact}, play found {self.believed}{basis}"
        claimed = f"claimed {self.claimed} {self.fact}"
        if self.status == "confirmed":
            return f"{claimed}, play agrees{basis}"
        if self.status == "corrected":
            return f"{claimed}, play found {self.believed or 'none'}{basis}"
        if self.believed != self.claimed:
            return f"{claimed}, failures point to {self.believed}{basis}"
        return f"{claimed}, not verified yet{basis}"


def _mode(histogram: Mapping[int, int], *, larger: bool) -> tuple[int, int]:
    """The commonest value and its count; a tie goes to the larger or the smaller value."""
    sign = 1 if larger else -1
    value = max(histogram, key=lambda v: (histogram[v], sign * v))
    return value, histogram[value]


def _below(histogram: Histogram, amount: int) -> int:
    return sum(n for value, n in histogram.items() if value < amount)


def _successes(total: int) -> str:
    return f"{total} success{'' if total == 1 else 'es'}"


class _Assessment:
    """Weighs one skill's claims against the evidence; `found` has the result."""

    def __init__(
        self,
        skill: str,
        kind: SkillKind,
        claim: Effects,
        evidence: Evidence,
        kinds: Mapping[str, FactKind],
        highs: Mapping[str, int],
    ) -> None:
        self.skill, self.claim, self.evidence, self.kinds, self.highs = skill, claim, evidence, kinds, highs
        self.craft = kind is SkillKind.CRAFT
        self.enough = 1 if self.craft else 3
        self.raisable = raisable(claim, kinds) if self.craft else []
        self.kept: dict[str, int] = {}
        self.consumes = self._consumption()
        self.found = (
            *self._requirements("requires", claim.requires),
            *self._kept_instead(),
            *self._places(),
            *self.consumes,
            *self._requirements("holds", claim.holds),
            *self._gains(),
        )

    def _entry(self, role: Role, fact: str, claimed: int, believed: int, **rest: object) -> Correction:
        return Correction(skill=self.skill, role=role, fact=fact, claimed=claimed, believed=believed, **rest)  # type: ignore[arg-type]

    def _counts(self, fact: str) -> bool:
        return self.kinds.get(fact, "count") == "count"

    def _changes(self, fact: str, sign: int) -> dict[int, int]:
        """Size of the change in the direction of `sign` -> successes."""
        changes = self.evidence.changes.get(fact, {})
        return {sign * change: n for change, n in changes.items() if sign * change > 0}

    def _consumption(self) -> list[Correction]:
        entries = []
        for fact, count in self.claim.consumes.items():
            if not self._counts(fact):
                entries.append(self._requirement("consumes", fact, count))
            elif fact in self.claim.obtains:
                entries.append(self._entry("consumes", fact, count, count))
            else:
                entries.append(self._claimed_consumption(fact, count))
        return entries + self._unclaimed_consumption()

    def _claimed_consumption(self, fact: str, count: int) -> Correction:
        total = self.evidence.successes
        drops = self._changes(fact, -1)
        if drops:
            amount, n = _mode(drops, larger=True)
            if n >= self.enough:
                return self._observed("consumes", fact, count, amount, n)
        elif total >= self.enough:
            least = min(self.evidence.starts.get(fact, {0: total}))
            if least > 0 and fact not in self.claim.requires:
                self.kept[fact] = min(least, count)
            basis = f"it never fell in {_successes(total)}"
            return self._entry(
                "consumes", fact, count, 0, confirmations=total, status="corrected", basis=basis
            )
        raised = self._raised(fact) if not total else 0
        return self._entry(
            "consumes",
            fact,
            count,
            max(count, raised),
            confirmations=drops.get(count, 0),
            contradictions=total - drops.get(count, 0),
            basis=self._raise_basis(fact) if raised > count else "",
        )

    def _observed(self, role: Role, fact: str, claimed: int, amount: int, n: int) -> Correction:
        total = self.evidence.successes
        status: Status = "confirmed" if amount == claimed else "corrected" if claimed else "added"
        return self._entry(
            role,
            fact,
            claimed,
            amount,
            confirmations=n,
            contradictions=total - n,
            status=status,
            basis=f"{n} of {_successes(total)}",
        )

    def _unclaimed_consumption(self) -> list[Correction]:
        entries = []
        total = self.evidence.successes
        for fact in self.evidence.changes:
            drops = self._changes(fact, -1)
            if not drops or fact in self.claim.consumes or fact in self.claim.obtains or total < self.enough:
                continue
            if 2 * sum(drops.values()) >= total:
                entries.append(self._observed("consumes", fact, 0, *_mode(drops, larger=True)))
        return entries

    def _raised(self, fact: str) -> int:
        if fact not in self.raisable:
            return 0
        return self.evidence.raised(fact, self.highs.get(fact, DEFAULT_HIGH))

    def _raise_basis(self, fact: str) -> str:
        failures = self.evidence.scarcest[fact]
        return f"{sum(failures.values())} failures held up to {max(failures)}"

    def _requirements(self, role: Role, claimed: Mapping[str, int]) -> list[Correction]:
        added = {entry.fact: entry.believed for entry in self.consumes if entry.status == "added"}
        entries = []
        for fact, count in claimed.items():
            entry = self._requirement(role, fact, count)
            if role == "requires" and added.get(fact, 0) >= entry.believed > 0:
                entry = self._entry(role, fact, count, 0, status="corrected", basis="it is used up")
            entries.append(entry)
        return entries

    def _requirement(self, role: Role, fact: str, count: int) -> Correction:
        """A need that is kept, or a need of a kind whose consumption cannot be measured."""
        starts = self.evidence.starts.get(fact, {})
        least = min(starts, default=0)
        raised = self._raised(fact) if role == "requires" else 0
        need = max(count, min(raised, least) if starts else raised)
        below = _below(starts, need)
        failures = _below(self.evidence.lacking_only.get(fact, {}), need)
        if below >= (1 if self.craft else 2):
            return self._entry(
                role,
                fact,
                count,
                least,
                confirmations=below,
                contradictions=failures,
                status="corrected",
                basis=f"{below} of {_successes(self.evidence.successes)} began with less",
            )
        status: Status = "unverified"
        basis = ""
        if need > count:
            status = "corrected" if starts else "unverified"
            basis = self._raise_basis(fact)
        elif failures >= 2:
            status = "confirmed"
            basis = f"{failures} failures lacked only this"
        return self._entry(
            role, fact, count, need, confirmations=failures, contradictions=below, status=status, basis=basis
        )

    def _kept_instead(self) -> list[Correction]:
        basis = f"none of {_successes(self.evidence.successes)} began without it"
        return [
            self._entry(
                "requires",
                fact,
                0,
                count,
                confirmations=self.evidence.successes,
                status="added",
                basis=basis,
            )
            for fact, count in self.kept.items()
        ]

    def _places(self) -> list[Correction]:
        evidence = self.evidence
        if evidence.successes < 3 or evidence.met < 2:
            return []
        claimed = self.claim.needs.keys() | self.claim.obtains.keys()
        entries = []
        for fact, successes in evidence.places.items():
            without = evidence.met - evidence.met_places.get(fact, 0)
            explains = without >= 2 and 2 * without >= evidence.met
            if fact in claimed or successes < evidence.successes or not explains:
                continue
            basis = f"{successes} of {successes} successes began there, {without} failures did not"
            entries.append(
                self._entry("requires", fact, 0, 1, confirmations=without, status="added", basis=basis)
            )
        return entries

    def _gains(self) -> list[Correction]:
        entries = []
        total = self.evidence.successes
        for fact, count in self.claim.obtains.items():
            if self._counts(fact) and fact not in self.claim.consumes:
                entries.append(self._claimed_gain(fact, count))
                continue
            settled = total >= self.enough and not self._counts(fact)
            entries.append(
                self._entry(
                    "obtains",
                    fact,
                    count,
                    count,
                    confirmations=total if settled else 0,
                    status="confirmed" if settled else "unverified",
                    basis=f"{total} of {_successes(total)}" if settled else "",
                )
            )
        return entries + self._by_products()

    def _claimed_gain(self, fact: str, count: int) -> Correction:
        rises = self._changes(fact, 1)
        if rises:
            amount, n = _mode(rises, larger=False)
            if n >= self.enough:
                return self._observed("obtains", fact, count, amount, n)
        agree = rises.get(count, 0)
        against = self.evidence.successes - agree
        return self._entry("obtains", fact, count, count, confirmations=agree, contradictions=against)

    def _by_products(self) -> list[Correction]:
        total = self.evidence.successes
        if not self.craft or total < 5:
            return []
        entries = []
        for fact in self.evidence.changes:
            rises = self._changes(fact, 1)
            if fact in self.claim.obtains or fact in self.claim.consumes:
                continue
            if 5 * sum(rises.values()) >= 4 * total:
                entries.append(self._observed("obtains", fact, 0, *_mode(rises, larger=False)))
        return entries


def assess(
    skill: str,
    kind: SkillKind,
    claim: Effects,
    evidence: Evidence,
    kinds: Mapping[str, FactKind],
    highs: Mapping[str, int],
) -> tuple[Correction, ...]:
    """Every claim of a skill, and everything that play added, with its standing.

    Args:
        skill: the skill's name, for the records.
        kind: decides how many successes are enough.
        claim: what the language model said.
        evidence: what play showed.
        kinds: fact -> kind; unknown facts count as ``count``.
        highs: fact -> largest value, `DEFAULT_HIGH` when unknown.
    """
    return _Assessment(skill, kind, claim, evidence, kinds, highs).found


def believed_effects(corrections: tuple[Correction, ...]) -> Effects:
    """The effects that planners use: every believed count above zero."""
    parts: dict[str, dict[str, int]] = {role: {} for role in ROLES}
    for entry in corrections:
        if entry.believed > 0:
            parts[entry.role][entry.fact] = entry.believed
    return Effects(**parts)


def never_works(kind: SkillKind, evidence: Evidence) -> bool:
    """Whether a craft keeps failing although everything it could need was held in the largest amount."""
    return kind is SkillKind.CRAFT and not evidence.successes and evidence.exhausted >= 2
