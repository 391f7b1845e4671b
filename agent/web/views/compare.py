"""Two runs side by side, paired by task and seed: what was played alike is compared, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agent.errors import NotComparable
from agent.evaluation.episodes import EpisodeRecord
from agent.evaluation.scoring.registry import unit_of
from agent.records.runs import RunInfo
from agent.records.summary import summary_of
from agent.stats import (
    Estimate,
    bootstrap_mean,
    crafter_score_difference,
    paired_share_difference,
    sign_test,
)
from agent.web.views.evaluated import Evaluated, estimate_record, open_evaluated
from agent.web.views.report import UNITS
from envs.registry import game_spec
from skills.interval import Interval

Values = Sequence[float]
Pairs = tuple[str, Values, Values]
"""A measure, and its values in both runs, pair by pair."""

LEAST_PAIRS: Final = 2
"""Pairs that an interval needs."""

_SAME_SOLVE: Final = ("max_steps", "game_options", "judge")
"""Settings that two runs of `solve` must share."""


def compare(first: RunInfo, second: RunInfo) -> dict[str, Any]:
    """How much more the second run reached than the first, with 95 % intervals over pairs.

    Raises:
        NotComparable: the runs have nothing that could be paired; the message says why.
        NoReport, RunDamaged: one of them cannot be read.
    """
    if first.path == second.path:
        raise NotComparable(f"{first.name!r} is compared with itself; name two runs")
    if first.command != second.command or first.game != second.game:
        raise NotComparable(
            f"{_what(first)} and {_what(second)} cannot be paired; expected two runs of the same "
            "command and game"
        )
    if first.command == "eval":
        return _evaluations(open_evaluated(first), open_evaluated(second))
    if first.command == "solve":
        return _solved(first, second)
    raise NotComparable(
        f"runs of journeyman {first.command} are not played on common seeds; compare what they learned: "
        "journeyman eval SUITE --library one and --library two"
    )


def _what(run: RunInfo) -> str:
    return f"{run.name!r} ({run.command}, {run.game})"


def _evaluations(a: Evaluated, b: Evaluated) -> dict[str, Any]:
    if a.suite.name != b.suite.name or (a.config.suite_sha256 or "") != (b.config.suite_sha256 or ""):
        raise NotComparable(
            f"{a.run.name!r} played {a.suite.name!r} and {b.run.name!r} {b.suite.name!r}"
            + (", whose files differ" if a.suite.name == b.suite.name else "")
            + "; only runs of the same suite can be paired"
        )
    paired = _paired(a, b)
    pairs = list(_task_pairs(a, paired) if a.suite.tasks else _achievement_pairs(a, paired))
    rows = [_row(name, x, y) for name, x, y in pairs]
    if a.suite.metric == "score":
        rows.insert(0, _score(a, paired))
    return _document(a.run, b.run, rows, len(paired), len(a.episodes), len(b.episodes))


def _paired(a: Evaluated, b: Evaluated) -> list[tuple[EpisodeRecord, EpisodeRecord]]:
    """Episodes of the same task and seed. Raises `NotComparable` where there are none or too few."""
    libraries = [len({episode.library for episode in it.episodes}) for it in (a, b)]
    if max(libraries) > 1:
        raise NotComparable(
            "a run with several libraries has several episodes for a seed; evaluate them one by one"
        )
    theirs = {(episode.task, episode.seed): episode for episode in b.episodes}
    found = [
        (episode, theirs[episode.task, episode.seed])
        for episode in a.episodes
        if (episode.task, episode.seed) in theirs
    ]
    _require_pairs(len(found), a.run, b.run)
    return found


def _require_pairs(count: int, a: RunInfo, b: RunInfo) -> None:
    if count < LEAST_PAIRS:
        raise NotComparable(
            f"{a.name!r} and {b.name!r} have {count} episodes on the same seeds, expected at least "
            f"{LEAST_PAIRS}; play both with the same --seed and --seeds"
        )


def _achievement_pairs(
    it: Evaluated, paired: Sequence[tuple[EpisodeRecord, EpisodeRecord]]
) -> Iterator[Pairs]:
    names = _achievements(it)
    share = 100 / len(names) if names else 0
    yield _values("progress", paired, lambda e: share * len(e.achievements))
    yield _values("reward", paired, lambda e: e.reward)
    yield _values("env_steps", paired, lambda e: float(e.env_steps))
    for name in names:
        yield _values(f"unlocked/{name}", paired, lambda e, name=name: 100.0 * (name in e.achievements))


def _achievements(it: Evaluated) -> list[str]:
    return [name.removeprefix("did.") for name in game_spec(it.suite.game).achievements]


def _values(name: str, paired: Sequence[tuple[EpisodeRecord, EpisodeRecord]], value: Any) -> Pairs:
    return name, [value(first) for first, _ in paired], [value(second) for _, second in paired]


def _score(it: Evaluated, paired: Sequence[tuple[EpisodeRecord, EpisodeRecord]]) -> dict[str, Any]:
    """The difference of the geometric scores, which is no mean over pairs."""
    names = _achievements(it)
    first, second = (
        [[name in pair[side].achievements for name in names] for pair in paired] for side in (0, 1)
    )
    figure = crafter_score_difference(first, second)
    estimate = estimate_record(figure.mean, figure.interval.low, figure.interval.high, figure.n)
    return {"name": "score", "title": UNITS["score"], **estimate}


def _task_pairs(it: Evaluated, paired: Sequence[tuple[EpisodeRecord, EpisodeRecord]]) -> Iterator[Pairs]:
    """Every criterion, over all tasks that have it, and task by task; rates in percent."""
    scales = {
        (task.name, name): 100.0 if unit_of(task.game, settings) == "rate" else 1.0
        for task in it.suite.tasks
        for name, settings in task.criteria.items()
    }
    by_task: dict[str, list[tuple[EpisodeRecord, EpisodeRecord]]] = {}
    for pair in paired:
        by_task.setdefault(pair[0].task, []).append(pair)

    def values(
        title: str, name: str, pairs: Sequence[tuple[EpisodeRecord, EpisodeRecord]]
    ) -> Iterator[Pairs]:
        having = [pair for pair in pairs if name in pair[0].figures and name in pair[1].figures]
        if having:
            yield _values(title, having, lambda e: scales.get((e.task, name), 1.0) * e.figures[name])

    for name in it.suite.overall:
        yield from values(f"overall/{name}", name, paired)
    for task, pairs in by_task.items():
        for name in (name for known, name in scales if known == task):
            yield from values(f"{task}/{name}", name, pairs)


def _row(name: str, first: Values, second: Values) -> dict[str, Any]:
    """The mean difference with its interval, and in how many pairs either was better."""
    differences = [b - a for a, b in zip(first, second, strict=True)]
    figure = _difference(first, second)
    better, worse = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    estimate = estimate_record(figure.mean, figure.interval.low, figure.interval.high, figure.n)
    measure = name.rpartition("/")[2]
    if name.startswith("unlocked/"):
        title = measure
    else:
        task = name.rpartition("/")[0]
        title = f"{task}: {UNITS.get(measure, measure)}" if task else UNITS.get(measure, measure)
    return {
        "name": name,
        "title": title,
        **estimate,
        "first": round(sum(first) / len(first), 4),
        "second": round(sum(second) / len(second), 4),
        "better": better,
        "worse": worse,
        "p": round(min(1.0, 2 * sign_test(max(better, worse), min(better, worse))), 6),
    }


def _difference(first: Values, second: Values) -> Estimate:
    """The mean difference; where pairs succeed or do not, a bootstrap of few would say nothing of doubt."""
    if not {*first, *second} <= {0.0, 100.0}:
        return bootstrap_mean([b - a for a, b in zip(first, second, strict=True)])
    pairs = Counter(zip(first, second, strict=True))
    share = paired_share_difference(*(pairs[a, b] for a, b in ((100, 100), (100, 0), (0, 100), (0, 0))))
    low, high = share.interval.low, share.interval.high
    return Estimate(100 * share.mean, Interval(100 * low, 100 * high), share.n)


def _solved(a: RunInfo, b: RunInfo) -> dict[str, Any]:
    one, two = a.config(), b.config()
    if _goal(a) != _goal(b):
        raise NotComparable(
            f"{a.name!r} was for {one.get('task')!r} and {b.name!r} for {two.get('task')!r}; "
            "only runs for the same goal can be paired"
        )
    if other := [name for name in _SAME_SOLVE if one.get(name) != two.get(name)]:
        raise NotComparable(f"{a.name!r} and {b.name!r} differ in {', '.join(other)}; play both alike")
    first, second = _episodes(a), _episodes(b)
    common = [seed for seed in first if seed in second]
    _require_pairs(len(common), a, b)
    values = [[100.0 * bool(it[seed].get("success")) for seed in common] for it in (first, second)]
    steps = [[float(it[seed].get("env_steps", 0)) for seed in common] for it in (first, second)]
    rows = [_row("success", *values), _row("env_steps", *steps)]
    return _document(a, b, rows, len(common), len(first), len(second))


def _goal(run: RunInfo) -> object:
    """The facts that the run was for; where there are none, its words."""
    for event in run.events():
        if event.get("kind") in ("planned", "policy") and event.get("goal"):
            return event["goal"]
    return run.config().get("task")


def _episodes(run: RunInfo) -> Mapping[Any, Mapping[str, Any]]:
    events = [event for event in run.events() if event.get("kind") == "episode"]
    return {
        event.get("seed"): event
        for event in events
        if (event.get("verdict") or {}).get("outcome") != "unclear"
    }


def _document(
    a: RunInfo, b: RunInfo, rows: Sequence[dict[str, Any]], pairs: int, first: int, second: int
) -> dict[str, Any]:
    return {
        "first": {**summary_of(a).to_record(), "path": str(a.path), "episodes": first},
        "second": {**summary_of(b).to_record(), "path": str(b.path), "episodes": second},
        "differing": _differing(a.config(), b.config()),
        "pairs": pairs,
        "unpaired": first + second - 2 * pairs,
        "differences": list(rows),
    }


def _differing(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Settings that differ, with both values."""
    names = dict.fromkeys((*one, *two))
    mere = {"workers", "runs_dir", "resume", "episodes", "record"}
    return {
        name: [one.get(name), two.get(name)]
        for name in names
        if one.get(name) != two.get(name) and name not in mere
    }
