"""Checks that everything the commands need is there, each with what to do when it fails."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agent.finding import Check, Health
from agent.machine import disk_space, memory, open_files, processes, temporary_files, writable
from agent.play.libraries import USER_LIBRARY, has_skills, library_at, shipped_library
from agent.surroundings import HOME, OWN_PACKAGES, SEPARATE, hidden_packages
from envs.text import counted

DEFAULT_GAME = "crafter"
"""The game that everything is shipped for."""

REQUIRED_PYTHON = (3, 11)

DISTRIBUTION = "journeyman"

REQUIRED_PACKAGES = (
    "numpy",
    "gymnasium",
    "torch",
    "stable-baselines3",
    "networkx",
    "pydantic",
    "pydantic-monty",
    "langchain",
    "langchain-openai",
    "typer",
    "rich",
    "crafter",
    "numba",
    "pillow",
    "imageio",
)

OPTIONAL_PACKAGES = {
    "xllamacpp": "models from GGUF files: pip install 'journeyman[local]'",
    "tensorboard": "curves of training: pip install tensorboard",
    "ray": "practice and play on a cluster: pip install 'journeyman[ray]'",
    "nle": "the game nethack: pip install 'journeyman[nethack]'",
    "minihack": "MiniHack levels: pip install 'journeyman[nethack]'",
}

LONGEST_DETAIL = 20_000
"""Characters of a finding, which may name everything that is wrong with a game."""


def examine(game: str = "crafter", *, folder: Path = Path()) -> Iterator[Check]:
    """All checks, one after the other, so that they can be shown as they end.

    Args:
        game: which game to try out.
        folder: where runs and the library would be written.
    """
    yield python_version(sys.version_info[:3])
    ours = own_packages(importlib.metadata.packages_distributions())
    yield ours
    if ours.health is Health.MISSING:
        return  # further checks would examine another project's code
    for package in REQUIRED_PACKAGES:
        yield required_package(package)
    for package, purpose in OPTIONAL_PACKAGES.items():
        yield optional_package(package, purpose)
    yield _guarded("temporary files", temporary_files, "see the message")
    yield open_files()
    yield processes()
    yield memory()
    yield _guarded("torch", _torch, "install it again: pip install --force-reinstall torch")
    yield _guarded("numba", _numba, "install it again: pip install --force-reinstall numba")
    yield compiled_code()
    yield _guarded(
        f"game {game}", lambda: _game(game), "see the message; journeyman doctor --game toy tries another"
    )
    yield _guarded("sandbox", _sandbox, "see the message")
    yield _answers(game)
    for name, library in (("library", folder / USER_LIBRARY), ("starter library", shipped_library())):
        yield _library(name, library, game)
    for name in ("runs", str(USER_LIBRARY)):
        yield writable(f"folder {name}", folder / name)
    yield disk_space(shutil.disk_usage(folder).free)
    yield api_keys()


def python_version(version: tuple[int, ...]) -> Check:
    """Whether Python is new enough."""
    text, wanted = ".".join(map(str, version)), ".".join(map(str, REQUIRED_PYTHON))
    if tuple(version[:2]) >= REQUIRED_PYTHON:
        return Check(name="python", health=Health.OK, detail=text)
    return Check(
        name="python",
        health=Health.MISSING,
        detail=f"{text}; {wanted} or newer is needed",
        remedy=f"install Python {wanted} and make the environment again: make clean venv",
    )


def own_packages(
    providers: Mapping[str, Sequence[str]], names: Sequence[str] = OWN_PACKAGES, home: Path = HOME
) -> Check:
    """Whether the project's packages are its own: nothing of the same name comes before or beside them.

    Args:
        providers: for every top-level package the distributions that bring it.
        names: the packages that must be ours.
        home: the folder that they must lie in.
    """
    name, remedy = "own packages", SEPARATE
    if hidden := hidden_packages(names, home):
        detail = f"{'; '.join(hidden)}; journeyman's own is in {str(home)!r}"
        return Check(name=name, health=Health.MISSING, detail=detail, remedy=remedy)
    others = {
        package: sorted({other for other in providers.get(package, ()) if other.lower() != DISTRIBUTION})
        for package in names
    }
    shared = [f"{package} also belongs to {', '.join(found)}" for package, found in others.items() if found]
    if shared:
        return Check(name=name, health=Health.OPTIONAL, detail="; ".join(shared), remedy=remedy)
    return Check(name=name, health=Health.OK, detail=f"{', '.join(names)}: all from one place, and no others")


def required_package(package: str) -> Check:
    """Whether a package is installed, and its version."""
    try:
        return Check(name=package, health=Health.OK, detail=importlib.metadata.version(package))
    except importlib.metadata.PackageNotFoundError:
        remedy = f"pip install -c constraints.txt {package}"
        return Check(name=package, health=Health.MISSING, detail="not installed", remedy=remedy)


def optional_package(package: str, purpose: str) -> Check:
    """Whether a package that only some need is installed."""
    check = required_package(package)
    if check.health is Health.OK:
        return check
    return Check(name=package, health=Health.OPTIONAL, detail="not installed", remedy=purpose)


def compiled_code() -> Check:
    """Where numba keeps compiled code, by which variable, and whether it can."""
    from envs.code_cache import VARIABLE, choose_code_cache, no_code_cache, user_cache

    cache, name = choose_code_cache(), f"compiled code ({VARIABLE})"
    if not cache.usable:
        return Check(name=name, health=Health.MISSING, detail="kept nowhere", remedy=no_code_cache())
    lasts = cache.folder is not None and (cache.wanted or cache.folder == user_cache())
    if not cache.reason or lasts:
        return Check(name=name, health=Health.OK, detail=f"kept {cache}")
    remedy = f"set {VARIABLE} to a folder that lasts, or code is compiled again after a while"
    if cache.folder is None:
        remedy = f"mend or remove {VARIABLE}"
    return Check(name=name, health=Health.OPTIONAL, detail=f"kept {cache}", remedy=remedy)


def api_keys() -> Check:
    """Which providers have a key, yes or no; the keys themselves are not looked at."""
    from agent.llm.keys import KEY_VARIABLES, URL_KEY_VARIABLE, Secrets

    secrets = Secrets()
    variables = {**KEY_VARIABLES, "a model server": URL_KEY_VARIABLE}
    present = [provider for provider, variable in variables.items() if secrets.get(variable)]
    if present:
        return Check(name="model keys", health=Health.OK, detail=f"present for {', '.join(present)}")
    return Check(
        name="model keys",
        health=Health.OPTIONAL,
        detail="none",
        remedy="needed for live models only: set for example OPENAI_API_KEY, or write it into .env",
    )


def _guarded(name: str, check: Callable[[], str], remedy: str) -> Check:
    """The check's detail, or its error as a finding."""
    from envs.shortage import shortage
    from envs.text import plain

    try:
        return Check(name=name, health=Health.OK, detail=check())
    except Exception as error:  # any failure is a finding
        words = plain(str(error).strip() or type(error).__name__, LONGEST_DETAIL, lines=True)
        return Check(name=name, health=Health.MISSING, detail=words, remedy=shortage(error) or remedy)


def _torch() -> str:
    import torch

    from envs.workers.cores import core_count

    torch.zeros(2).add_(1)
    return f"{torch.__version__}, {torch.get_num_threads()} threads, {core_count()} cores"


def _numba() -> str:
    import numba

    double: Callable[[int], int] = numba.njit(lambda number: 2 * number)
    if double(21) != 42:
        raise RuntimeError("compiled code gives wrong results")
    return "compiles"


def _game(name: str) -> str:
    from envs.contract.check import Walk, require_valid
    from envs.registry import make_game

    require_valid(lambda: make_game(name), Walk(steps=8))
    return "keeps the contract of a game"


def _sandbox() -> str:
    from skills.code.sandbox import Sandbox

    with Sandbox() as sandbox:
        function = sandbox.load("def double(x):\n    return 2 * x\n", "double", ["x"])
        if function(21) != 42:
            raise RuntimeError("sandboxed code gives wrong results")
    return "runs code"


def _answers(game: str) -> Check:
    from agent.llm.answer_pack import PACK_FOLDER, shipped_pack

    if not (PACK_FOLDER / f"{game}.json").is_file():
        return Check(
            name="recorded answers",
            health=Health.MISSING if game == DEFAULT_GAME else Health.OPTIONAL,
            detail=f"none for {game}",
            remedy="install journeyman again" if game == DEFAULT_GAME else "use a live model: --llm",
        )

    def verify() -> str:
        pack = shipped_pack(game)
        pack.verify()
        return f"{len(pack)} answers, all hashes fit"

    return _guarded("recorded answers", verify, "install journeyman again")


def _library(name: str, root: Path, game: str) -> Check:
    if not has_skills(root, game):
        return Check(
            name=name,
            health=Health.OPTIONAL,
            detail=f"no skills for {game} yet",
            remedy=f"learn some: journeyman practice --game {game}",
        )

    def verify() -> str:
        from skills.errors import LibraryDamaged

        library = library_at(root, game)
        for problem in library.verify():
            raise LibraryDamaged(f"{problem.path}: {problem.message}")
        return f"{counted(len(library.names()), 'skill')} for {game}, all hashes fit"

    return _guarded(name, verify, "see: journeyman skills verify")


def to_record(checks: list[Check]) -> dict[str, Any]:
    """The schema of ``journeyman doctor --json``."""
    return {"ok": is_healthy(checks), "checks": [check.to_record() for check in checks]}


def is_healthy(checks: list[Check]) -> bool:
    """Whether nothing that is needed is missing."""
    return all(check.health is not Health.MISSING for check in checks)
