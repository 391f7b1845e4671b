"""What a practice session wrote down, in words; events of kinds that are not told here keep their form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from envs.json_text import MALFORMED
from envs.text import counted

Event: TypeAlias = Mapping[str, Any]

UNTESTED: Final = "option_untested"
"""The kind of event that is told once for all skills."""


def told(event: Event) -> str | None:
    """An event in one sentence; None where there is none for its kind, or where it lacks a part.

    >>> told({"kind": "ground", "skill": "drink", "train": 60, "trial": 1})
    'drink: 60 states to train from, 1 state to try it in'
    """
    words = _SENTENCES.get(str(event.get("kind")))
    try:
        return None if words is None else words(event)
    except MALFORMED:  # written by another version
        return None


def untested(events: Sequence[Event]) -> str:
    """One sentence for all options that were not tested, which are some when this is asked."""
    skills = list(dict.fromkeys(str(event.get("skill", "")) for event in events))
    one = len(skills) == 1
    return (
        f"{'the option' if one else 'options'} of {counted(len(skills), 'skill')} "
        f"{'was' if one else 'were'} taken untested, no test being recorded: {', '.join(skills)}"
    )


def _facts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {fact}" for fact, count in counts.items()) or "nothing"


def _claimed(event: Event) -> str:
    effects = event["effects"]
    parts = [("needs", "requires"), ("uses up", "consumes"), ("keeps", "holds"), ("brings", "obtains")]
    said = [f"{verb} {_facts(effects[part])}" for verb, part in parts if effects[part]]
    if event.get("claim"):
        said.append(f"done when it is seen that: {event['claim']}")
    return f"{event['skill']}, as claimed: {'; '.join(said) or 'brings nothing'}"


def _trained(event: Event) -> str:
    parent = f", from the weights of {event['parent']}" if event.get("parent") else ""
    done = f"{counted(int(event['steps']), 'step')}, success {float(event['success_rate']):.0%}"
    return f"{event['skill']} trained: {done}{parent}; {event['stopped']}"


def _tried(event: Event) -> str:
    attempts = f"{event['successes']} of {counted(int(event['attempts']), 'attempt')}"
    sure = f"95 % sure of {float(event['lower_bound']):.0%}"
    return (
        f"{event['skill']} tried: {attempts}, {sure}: {'admitted' if event['admitted'] else 'not admitted'}"
    )


def _proposed(event: Event) -> str:
    tasks = [str(task) for task in event["tasks"]]
    return f"{counted(len(tasks), 'task')} proposed: {', '.join(tasks)}"


def _proposed_more(event: Event) -> str:
    tasks = [str(task) for task in event["tasks"]]
    said = f"{counted(len(tasks), 'more task')} from the {event['source']}"
    taken = f"{said}: {', '.join(tasks)}" if tasks else f"{said}: {event['nothing_because']}"
    refused = "; ".join(f"{name} refused: {why}" for name, why in event["refused"].items())
    return f"{taken}; {refused}" if refused else taken


def _ground(event: Event) -> str:
    train, trial = counted(int(event["train"]), "state"), counted(int(event["trial"]), "state")
    return f"{event['skill']}: {f'{train} to train from, ' if event['train'] else ''}{trial} to try it in"


def _probed(event: Event) -> str:
    if not int(event["attempts"]):
        return f"{event['skill']} could not be tried without {event['without']}: no state let it begin"
    attempts = f"{event['successes']} of {counted(int(event['attempts']), 'attempt')}"
    return f"{event['skill']} tried without {event['without']}: {attempts}"


def _chain_built(event: Event) -> str:
    parts = " > ".join(str(part) for part in event["parts"]) or "no skill"
    return f"a chain was tried: {parts}; it ended: {event['ended']}"


def _chain_tried(event: Event) -> str:
    attempts = f"{event['successes']} of {counted(int(event['attempts']), 'attempt')}"
    return f"the chain {event['skill']} tried: {attempts}, 95 % sure of {float(event['lower_bound']):.0%}"


def _chain_compared(event: Event) -> str:
    return (
        f"the chain {event['skill']} beside planning its parts: better in {event['wins']} of "
        f"{counted(int(event['pairs']), 'state')}, worse in {event['losses']}, p {float(event['p']):.2g}"
    )


def _command(event: Event) -> str:
    by = f"from the {event['by']}"
    match event["command"]:
        case "queue":
            return f"asked {by} to practise {event['skill']} next"
        case "pause":
            return f"paused {by}"
        case "stop":
            return f"stopped {by}"
        case _:
            return f"told {by} to go on"


def _command_ignored(event: Event) -> str:
    if "file" in event:
        return f"the file {event['file']} is no command: {event['reason']}"
    what = f"practise {event['skill']} next" if event["command"] == "queue" else str(event["command"])
    return f"not carried out: {what}: {event['reason']}"


def _episode(event: Event) -> str:
    task = f"{event['task']}, " if event.get("task") else ""
    return f"{task}episode of seed {event['seed']}: {event['ending']['words']}"


def repeats(skills: Sequence[str]) -> list[tuple[str, int]]:
    """Skills in order, each with how often it comes there in a row.

    >>> repeats(["wood", "wood", "table", "wood"])
    [('wood', 2), ('table', 1), ('wood', 1)]
    """
    return [(str(name), len(list(same))) for name, same in groupby(skills)]


def _planned(event: Event) -> str:
    steps = " > ".join(name if n == 1 else f"{name} x{n}" for name, n in repeats(event["steps"]))
    return f"planned: {steps or 'nothing to do'}; about {float(event['expected_steps']):,.0f} game steps"


_SENTENCES: Final[Mapping[str, Callable[[Event], str]]] = {
    "episode": _episode,
    "planned": _planned,
    "proposed": _proposed,
    "proposed_more": _proposed_more,
    "no_proposals": lambda event: f"no more tasks were proposed: {event['reason']}",
    "monitor_turned": lambda event: f"warning: {event['meaning']}: {event['text']}",
    "claimed": _claimed,
    "no_claim": lambda event: (
        f"{event['skill']} is left out, no claim about it being usable: {event['reason']}"
    ),
    "verdict": lambda event: (
        f"{event['skill']}: {event['outcome']} ({event['judge']}, {float(event['confidence']):.0%} sure): "
        f"{event['reason']}"
    ),
    "chosen": lambda event: f"{event['skill']} is practised: {event['reason']}",
    "command": _command,
    "command_ignored": _command_ignored,
    "pause_ended": lambda event: f"goes on after a pause of {float(event['seconds']):.0f} s",
    "wish_taken": lambda event: f"{event['skill']} comes now, as it was asked",
    "wish_waits": lambda event: f"{event['skill']} has to wait: {event['reason']}",
    "wish_refused": lambda event: f"{event['skill']} is not practised next: {event['reason']}",
    "designed": lambda event: f"{event['skill']} designed",
    "ground": _ground,
    "waiting": lambda event: f"{event['skill']} waits: no state to practise it in was found",
    "parent": lambda event: f"{event['skill']} begins with the weights of {event['parent']}",
    "trained": _trained,
    "tried": _tried,
    "probed": _probed,
    "corrected": lambda event: f"{event['skill']}: {event['text']}",
    "admitted": lambda event: f"{event['skill']} admitted, version {event['version']}",
    "abandoned": lambda event: f"{event['skill']} given up: {event['reason']}",
    "not_polished": lambda event: f"{event['skill']} stays as it was: {event['reason']}",
    "guarded": lambda event: "it was asked what must come first",
    "shielded": lambda event: "it was asked what must not be done",
    "no_guard": lambda event: f"nothing comes first: {event['reason']}",
    "no_shield": lambda event: f"nothing is forbidden: {event['reason']}",
    "chain_built": _chain_built,
    "chain_tried": _chain_tried,
    "chain_compared": _chain_compared,
    "chain_noted": lambda event: f"the chain {' > '.join(event['parts'])} is left out: {event['reason']}",
    "chain_failed": lambda event: f"a chain broke down: {event['reason']}",
    "cloned": lambda event: (
        f"one network imitates the chain {event['skill']}: {counted(int(event['steps']), 'step')}, "
        f"agreement {float(event['agreement']):.0%}"
    ),
    "distilled": lambda event: (
        f"the network of {event['skill']} beside the chain: better in {event['wins']} of "
        f"{counted(int(event['pairs']), 'state')}, worse in {event['losses']}"
    ),
    "not_distilled": lambda event: f"{event['skill']} has no network: {event['reason']}",
    "handoff_owed": lambda event: (
        f"{event['skill']} failed where a chain handed over to it "
        f"({event['successes']} of {counted(int(event['attempts']), 'attempt')} done)"
    ),
    "crashed": lambda event: f"ended by an error: {event['message']}",
}
