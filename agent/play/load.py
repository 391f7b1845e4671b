"""Loads a library on disk as a kit, which `solve` and the evaluations play with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from agent.errors import MissingPrerequisite
from agent.play.kit import GuardCode, Kit, PolicyOverSkills, ShieldCode
from agent.play.libraries import has_skills, load_library_graph
from envs.disk import Written
from envs.game import GameSpec
from envs.registry import game_spec
from envs.text import command_line
from skills.chains.parts import chain_problems, parts_of
from skills.code.sandbox import Sandbox
from skills.errors import LibraryDamaged, LibraryNewer, PolicyMismatch
from skills.network import NumpyNetwork
from skills.skill import Skill, require_encoding
from skills.store.code_check import CodeCheck
from skills.store.folder_files import read_file
from skills.store.game_files import GUARD_SCHEMA, POLICIES_SCHEMA, code_of, parse_guard, parse_policies
from skills.store.layout import GAME_FILES, GUARD, STRATEGIES
from skills.store.record_check import execution_problems
from skills.store.store import SkillLibrary
from skills.store.vocabulary import vocabulary


def save_guards(library: SkillLibrary, guard: GuardCode, shield: ShieldCode) -> None:
    """Keep the guard and the shield beside the skills. Raises as `SkillLibrary.change`."""
    record = {
        "schema": GUARD_SCHEMA,
        "guard": guard.source.splitlines(),
        "ranking": list(guard.ranking),
        "answer_id": guard.answer_id,
        "shield": shield.source.splitlines(),
        "shield_answer_id": shield.answer_id,
    }
    with library.change() as change:
        change.write(library.folder / GUARD, json.dumps(record, indent=1).encode(), Written.GUARD)


def load_guards(library: SkillLibrary) -> tuple[GuardCode, ShieldCode]:
    """The library's guard and shield; empty ones when there are none. Raises `LibraryDamaged`."""
    path = library.folder / GUARD
    if not path.is_file():
        return GuardCode(), ShieldCode()
    try:
        file = parse_guard(read_file(path, GUARD, GAME_FILES[GUARD]))
        guard = GuardCode(source=code_of(file.guard), ranking=file.ranking, answer_id=file.answer_id)
        return guard, ShieldCode(source=code_of(file.shield), answer_id=file.shield_answer_id)
    except LibraryNewer:
        raise
    except LibraryDamaged as error:
        raise LibraryDamaged(
            f"{path} cannot be read ({error}); expected a guard's code, ranking and answer id: restore it, "
            "or remove it to play without a guard"
        ) from error


def require_replaceable(library: SkillLibrary) -> None:
    """Raise `LibraryNewer` where a later version wrote what practice is about to write anew.

    Damaged files may be replaced: what is in them is of no use to anybody.
    """
    for load in (load_guards, load_policies_over_skills):
        try:
            load(library)
        except LibraryNewer:
            raise
        except LibraryDamaged:
            continue


def save_policies_over_skills(library: SkillLibrary, policies: Mapping[str, PolicyOverSkills]) -> None:
    """Keep policies over skills beside the skills, in place of those there.

    Raises as `SkillLibrary.change`.
    """
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
    with library.change() as change:
        content = json.dumps(record, indent=1).encode()
        change.write(library.folder / STRATEGIES, content, Written.POLICIES)


def load_policies_over_skills(library: SkillLibrary) -> dict[str, PolicyOverSkills]:
    """The library's policies over skills, by name. Raises `LibraryDamaged`."""
    path = library.folder / STRATEGIES
    if not path.is_file():
        return {}
    try:
        file = parse_policies(read_file(path, STRATEGIES, GAME_FILES[STRATEGIES]))
        return {
            name: PolicyOverSkills(
                task=entry.task,
                source=code_of(entry.source),
                skills=entry.skills,
                answer_id=entry.answer_id,
                goal=dict(entry.goal),
            )
            for name, entry in file.strategies.items()
        }
    except LibraryNewer:
        raise
    except LibraryDamaged as error:
        raise LibraryDamaged(
            f"{path} cannot be read ({error}); expected policies over skills with task, goal, skills, "
            "answer id and code: restore it, or remove it to play without them"
        ) from error


def short_name(task: str) -> str:
    """A task as a name, under which its policy over skills is kept.

    >>> short_name("Sell 3 things, please!")
    'sell_3_things_please'
    """
    return "_".join(re.findall(r"[a-z0-9]+", task.lower()))[:60].strip("_") or "task"


def load_network(store: SkillLibrary, name: str, spec: GameSpec) -> NumpyNetwork:
    """The network of a learned skill.

    Raises:
        LibraryDamaged: the weights are unreadable or not what their hash says.
        PolicyMismatch: it does not fit the game.
    """
    path = store.weights_path(name)
    try:
        network = NumpyNetwork.load(path)
        network.check(spec.encoding_size, len(spec.actions))
    except (LibraryDamaged, PolicyMismatch) as error:
        raise type(error)(f"skill {name!r}: {error}") from error
    return network


def require_skills(library: Path, game: str) -> SkillLibrary:
    """The library of a game, when it has a graph and at least one skill. Raises `MissingPrerequisite`."""
    store = SkillLibrary(library, game)
    if not store.graph_path.is_file() or not has_skills(library, game):
        raise MissingPrerequisite(
            f"library {str(library)!r} has no skills for {game!r} yet; learn some with: "
            f"{command_line('practice', game=game, library=library)}"
        )
    return store


def load_kit(library: Path, game: str) -> Kit:
    """Everything in a library that is needed to play.

    Raises:
        MissingPrerequisite: the library has no graph or no skill for the game.
        LibraryDamaged: a file is unreadable, a network is not what its hash says, or code is refused.
        SandboxUnavailable: there is code, and the sandbox does not work.
        PolicyMismatch: a network was trained on another version of the game's encoding.
    """
    store = require_skills(library, game)
    skills = store.load_all()
    require_encoding(skills.values(), game_spec(game))
    networks = {
        name: load_network(store, name, game_spec(game))
        for name, skill in skills.items()
        if skill.policy.kind == "learned"
    }
    graph = load_library_graph(store)
    guard, shield = load_guards(store)
    kit = Kit(
        game=game,
        skills=skills,
        networks=networks,
        graph=graph.to_json(),
        guard=guard,
        shield=shield,
        policies_over_skills=load_policies_over_skills(store),
    )
    _require_code(kit, store)
    return kit


def _require_code(kit: Kit, store: SkillLibrary) -> None:
    """Load all code here once, where what is refused can be named; workers only know that they failed."""
    known = vocabulary(kit.game)
    with Sandbox() as sandbox:
        code = CodeCheck(known, sandbox)
        for text in code.guard_problems(kit.guard.source, kit.guard.ranking, kit.shield.source):
            raise LibraryDamaged(f"{store.folder / GUARD}: {text}; restore it, or remove it to play without")
        for name, policy in kit.policies_over_skills.items():
            for text in code.policy_problems(policy.source, policy.skills):
                path = store.folder / STRATEGIES
                raise LibraryDamaged(f"{path}: {name}: {text}; restore it, or remove it to play without")
    require_executable(kit.skills, store)


def require_executable(skills: Mapping[str, Skill], store: SkillLibrary) -> None:
    """Raise `LibraryDamaged` for a skill of a library that cannot be executed in its game, by its name."""
    known, parts = vocabulary(store.game), parts_of(skills)
    retired = set(store.names(retired=True)) - set(skills) if any(parts.values()) else set()
    with Sandbox() as sandbox:
        code = CodeCheck(known, sandbox)
        for name, skill in skills.items():
            found = [*execution_problems(skill, known), *code.skill_problems("", skill.option)]
            found += [f"{text}; restore or learn that skill" for text in chain_problems(name, parts, retired)]
            for text in found:
                raise LibraryDamaged(
                    f"skill.json of {name} v{skill.version}: {text}; restore it, or leave the skill out: "
                    + command_line("skills", "retire", name, game=store.game, library=store.root)
                )
