"""Loads a library on disk as a kit, which `solve` and the evaluations play with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from agent.errors import MissingPrerequisite
from agent.play.kit import GuardCode, Kit, PolicyOverSkills, ShieldCode
from agent.play.libraries import has_skills
from envs.registry import game_spec
from planners.graph.graph import SkillGraph
from skills.errors import LibraryDamaged
from skills.files import write_atomically
from skills.network import NumpyNetwork
from skills.skill import require_encoding
from skills.store.check import GUARD, STRATEGIES
from skills.store.store import SkillLibrary

GUARD_SCHEMA = 2
POLICIES_SCHEMA = 1


def save_guards(library: SkillLibrary, guard: GuardCode, shield: ShieldCode) -> None:
    """Keep the guard and the shield beside the skills. Raises `OSError`."""
    record = {
        "schema": GUARD_SCHEMA,
        "guard": guard.source.splitlines(),
        "ranking": list(guard.ranking),
        "answer_id": guard.answer_id,
        "shield": shield.source.splitlines(),
        "shield_answer_id": shield.answer_id,
    }
    write_atomically(library.folder / GUARD, json.dumps(record, indent=1).encode())


def load_guards(library: SkillLibrary) -> tuple[GuardCode, ShieldCode]:
    """The library's guard and shield; empty ones when there are none. Raises `LibraryDamaged`."""
    path = library.folder / GUARD
    if not path.is_file():
        return GuardCode(), ShieldCode()
    try:
        record = json.loads(path.read_bytes())
        if record["schema"] != GUARD_SCHEMA:
            raise ValueError(f"schema {record['schema']!r} instead of {GUARD_SCHEMA}")
        guard = GuardCode(
            source="".join(f"{line}\n" for line in record["guard"]),
            ranking=tuple(record["ranking"]),
            answer_id=record["answer_id"],
        )
        shield = ShieldCode(
            source="".join(f"{line}\n" for line in record.get("shield", [])),
            answer_id=record.get("shield_answer_id", ""),
        )
        return guard, shield
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LibraryDamaged(
            f"{path} cannot be read ({error!r}); expected a guard's code, ranking and answer id: restore it, "
            "or remove it to play without a guard"
        ) from error


def save_policies_over_skills(library: SkillLibrary, policies: Mapping[str, PolicyOverSkills]) -> None:
    """Keep policies over skills beside the skills, in place of those there. Raises `OSError`."""
    record = {
        "schema": POLICIES_SCHEMA,
        "strategies": {
            name: {
                "task": policy.task,
                "goal": dict(policy.goal),
                "skills": list(policy.skills),
                "answer_id": policy.answer_id,
                "source": policy.source.splitlines(),
            }
            for name, policy in sorted(policies.items())
        },
    }
    write_atomically(library.folder / STRATEGIES, json.dumps(record, indent=1).encode())


def load_policies_over_skills(library: SkillLibrary) -> dict[str, PolicyOverSkills]:
    """The library's policies over skills, by name. Raises `LibraryDamaged`."""
    path = library.folder / STRATEGIES
    if not path.is_file():
        return {}
    try:
        record = json.loads(path.read_bytes())
        if record["schema"] != POLICIES_SCHEMA:
            raise ValueError(f"schema {record['schema']!r} instead of {POLICIES_SCHEMA}")
        return {
            name: PolicyOverSkills(
                task=entry["task"],
                source="".join(f"{line}\n" for line in entry["source"]),
                skills=tuple(entry["skills"]),
                answer_id=entry["answer_id"],
                goal={fact: int(count) for fact, count in entry["goal"].items()},
            )
            for name, entry in record["strategies"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryDamaged(
            f"{path} cannot be read ({error!r}); expected policies over skills with task, goal, skills, "
            "answer id and code: restore it, or remove it to play without them"
        ) from error


def short_name(task: str) -> str:
    """A task as a name, under which its policy over skills is kept.

    >>> short_name("Sell 3 things, please!")
    'sell_3_things_please'
    """
    return "_".join(re.findall(r"[a-z0-9]+", task.lower()))[:60].strip("_") or "task"


def require_skills(library: Path, game: str) -> SkillLibrary:
    """The library of a game, when it has a graph and at least one skill. Raises `MissingPrerequisite`."""
    store = SkillLibrary(library, game)
    if not store.graph_path.is_file() or not has_skills(library, game):
        raise MissingPrerequisite(
            f"library {str(library)!r} has no skills for {game!r} yet; learn some with: "
            f"journeyman practice --game {game} --library {library}"
        )
    return store


def load_kit(library: Path, game: str) -> Kit:
    """Everything in a library that is needed to play.

    Raises:
        MissingPrerequisite: the library has no graph or no skill for the game.
        LibraryDamaged: a file is unreadable, or a network is not what its hash says.
        PolicyMismatch: a network was trained on another version of the game's encoding.
    """
    store = require_skills(library, game)
    skills = store.load_all()
    require_encoding(skills.values(), game_spec(game))
    networks = {
        name: NumpyNetwork.load(store.weights_path(name))
        for name, skill in skills.items()
        if skill.policy.kind == "learned"
    }
    graph = SkillGraph.load(store.graph_path)
    guard, shield = load_guards(store)
    return Kit(
        game=game,
        skills=skills,
        networks=networks,
        graph=graph.to_json(),
        guard=guard,
        shield=shield,
        policies_over_skills=load_policies_over_skills(store),
    )
