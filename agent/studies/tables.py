"""Results of a study as tables: rows of texts, the first one the heads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from agent.stats import Estimate, nested_mean
from agent.studies.bootstrapping import differences
from agent.studies.ledger import read_results
from agent.studies.side_by_side import difference, success
from skills.interval import wilson

Table: TypeAlias = tuple[str, list[list[str]]]
"""Title, and rows of cells."""

PUBLISHED = "Plan4MC's episodes in Minecraft itself, with pixels: not comparable"

_PAIRS = (("bootstrapped", "primitives"), ("bootstrapped", "random"), ("bootstrapped", "kept"))
"""Arms that are compared."""


def tables(folder: Path) -> list[Table]:
    """What a study's folder holds so far. Raises `RunDamaged`."""
    results = list(read_results(folder).values())
    shown: list[Table] = []
    if trained := [record for record in results if "judged_done" in record]:
        shown += [_errors_by_arm(trained), _errors_by_skill(trained)]
    if any("suite" in record for record in results):
        shown += [_played(folder, results), _differences(folder, results)]
    if grown := [record for record in results if "new" in record and "base" in record]:
        shown.append(_grown(grown))
    if stages := [record for record in results if "stage" in record]:
        shown.append(_stages(stages))
    if sides := [record for record in results if "goals" in record and "way" in record]:
        shown.append(_side_by_side(sides))
    if killed := [record for record in results if "wrong" in record]:
        shown.append(_kills(killed))
    if blocks := [record for record in results if "minecraft" in record]:
        shown += [_by_kind(blocks), _by_minecraft_task(blocks)]
    return shown


def _side_by_side(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["practised", "libraries", "game steps", "minutes", "skills", "success, percent"]]
    for way, own in _by(records, "way").items():
        rows.append([
            way, str(len(own)), f"{sum(r['steps'] for r in own) / len(own):,.0f}",
            f"{sum(r['minutes'] for r in own) / len(own):.1f}",
            f"{sum(r['admitted'] for r in own) / len(own):.1f}", _estimate(success(own)),
        ])  # fmt: skip
    if (found := difference(records)) is not None:
        rows.append(["parallel less sequential, paired, in points", "", "", "", "", _estimate(found)])
    return "Libraries practised side by side and one after the other, means", rows


def _kills(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["part", "session", "killed", "skills", "steps", "what does not add up"]]
    for r in records:
        killed = ", ".join(f"{n} {who}" for who, n in r.get("killed", {}).items())
        wrong = "; ".join(r["wrong"]) or "nothing"
        rows.append([r["part"], r["session"], killed, str(r["skills"]), f"{r['steps']:,}", wrong])
    total = sum(n for r in records for n in r.get("killed", {}).values())
    return f"{total} kills", rows


def _by_kind(records: Sequence[Mapping[str, Any]]) -> Table:
    """MineDojo's classes and Plan4MC's sets; published figures are of Minecraft itself."""
    rows = [["tasks of", "tasks", "with a plan", "done at least once", "episodes done", PUBLISHED]]
    for kind, own in _by(records, "minecraft").items():
        n, done = sum(r["n"] for r in own), sum(r["reached"] for r in own)
        published = own[0]["published"]
        rows.append([
            kind, str(len(own)), str(sum(r["n"] > 0 for r in own)), str(sum(r["reached"] > 0 for r in own)),
            _rate(done, n), "" if published is None else f"{published:.1%}",
        ])  # fmt: skip
    played = ", ".join(dict.fromkeys(r["stand_in"] for r in records if r.get("stand_in")))
    return f"Minecraft's tasks, played in: {played or 'Minecraft'}", rows


def _by_minecraft_task(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["task", "done", "how its episodes ended"]]
    for r in records:
        rows.append([r["task"], f"{r['reached']} of {r['n']}", r.get("why_not") or "; ".join(r["endings"])])
    return "Task by task", rows


def _errors_by_arm(records: Sequence[Mapping[str, Any]]) -> Table:
    """Mean over skills and seeds of what facts count, with a nested interval; skills are the outer level."""
    heads = ["success by", "trainings", "succeeds by facts", "counted by its judge", "of these true"]
    rows = [[*heads, "would be admitted", "admitted and below 50 %", "seconds"]]
    for arm, own in _by(records, "arm").items():
        judged, done = sum(r["judged"] for r in own), sum(r["judged_done"] for r in own)
        true = sum(r["judged_truly_done"] for r in own)
        wrongly = [r for r in own if r["admitted"] and 2 * r["done"] < r["tried"]]
        rows.append([
            arm, str(len(own)), _estimate(_mean_success(own)), _rate(done, judged), _rate(true, done),
            f"{sum(r['admitted'] for r in own)} of {len(own)}", str(len(wrongly)),
            f"{sum(r['seconds'] for r in own) / len(own):.0f}",
        ])  # fmt: skip
    return "What a judge's errors cost, over all skills and seeds", rows


def _mean_success(records: Sequence[Mapping[str, Any]]) -> Estimate:
    by_skill = _by(records, "skill")
    values = [[[100 * r["done"] / max(1, r["tried"]) for r in own]] for own in by_skill.values()]
    return nested_mean(values)


def _errors_by_skill(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["skill", "success by", "succeeds by facts, seed by seed", "steps", "audited", "of these false"]]
    for skill, own in _by(records, "skill").items():
        for arm, same in _by(own, "arm").items():
            shares = ", ".join(f"{100 * r['done'] / max(1, r['tried']):.0f} %" for r in same)
            steps = sum(r["mean_steps"] for r in same) / len(same)
            audited, false = sum(r["audited"] for r in same), sum(r["false_in_training"] for r in same)
            rows.append([skill, arm, shares, f"{steps:.0f}", str(audited), str(false)])
    return "Skill by skill", rows


def _played(folder: Path, results: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["suite", "arm", "libraries", "success"]]
    played = [record for record in results if "suite" in record]
    for suite, own in _by(played, "suite").items():
        for arm, same in _by(own, "arm").items():
            values = [list(_by_task(record).values()) for record in same]
            rows.append([suite, arm, str(len(same)), _estimate(nested_mean(values))])
    return "Suites, over libraries, tasks and episodes", rows


def _by_task(record: Mapping[str, Any]) -> dict[str, list[float]]:
    by_task: dict[str, list[float]] = defaultdict(list)
    for task, _, value in record["episodes"]:
        by_task[task].append(100 * value)
    return by_task


def _differences(folder: Path, results: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["suite", "compared", "difference in points, paired", "ahead"]]
    for suite in dict.fromkeys(record["suite"] for record in results if "suite" in record):
        for arm, other in _PAIRS:
            if (found := differences(folder, suite, arm, other)) is not None:
                ahead = "yes" if found.interval.low > 0 else "behind" if found.interval.high < 0 else "no"
                rows.append([suite, f"{arm} less {other}", _estimate(found), ahead])
    return "Differences, over libraries, tasks and episodes", rows


def _grown(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["library", "arm", "game steps", "admitted", "of these new", "ended because"]]
    for r in records:
        rows.append([
            str(r["base"]), r.get("arm", "base"), f"{r['steps']:,}", str(len(r["admitted"])),
            str(len(r["new"])), r["stopped"],
        ])  # fmt: skip
    return "How the libraries grew", rows


def _stages(records: Sequence[Mapping[str, Any]]) -> Table:
    rows = [["stage", "minutes", "interrupted", "skills admitted", "not in the first proposal", "given up"]]
    for r in records:
        rows.append([
            str(r["stage"]), f"{r['seconds'] / 60:.1f}", "yes" if r["interrupted"] else "no",
            str(len(r["admitted"])), str(len(r["new"])), str(len(r["abandoned"])),
        ])  # fmt: skip
    return "One session", rows


def _by(records: Sequence[Mapping[str, Any]], name: str) -> dict[str, list[Mapping[str, Any]]]:
    """Records by one of their values, in the order in which those appear."""
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record[name]].append(record)
    return groups


def _rate(done: int, n: int) -> str:
    return f"{100 * done / n:.0f} % ({wilson(done, n)})" if n else "none"


def _estimate(figure: Estimate) -> str:
    low, high = figure.interval.rounded(1)
    return f"{figure.mean:.1f} ({low:.1f} to {high:.1f})"
