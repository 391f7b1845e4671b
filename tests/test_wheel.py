"""The built package is complete: installed by itself, away from the source, it plays.

The wheel is installed into an environment of its own. Its dependencies are those of the environment that
runs the tests, through a ``.pth`` file, which saves downloading them; a path file in a folder that is added
this way is not read, so an editable installation there does not bring this source tree along.

Code that was compiled for this tree is lent to the installed one, which is the same code: numba asks for the
size and the time of a source file. That code is compiled where there is none yet is tested elsewhere
(`tests/envs/test_code_cache.py`).
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PACKAGES = ("agent", "skills", "planners", "envs")


def tracked(*folders: str) -> set[str]:
    """Files of the source tree, those not committed yet included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *folders]
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout, which says what belongs to the source")
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel.

    Attributes:
        wheel: the file.
        bin: the programs.
        site: where packages are installed.
        folder: an empty folder to work in.
    """

    wheel: Path
    bin: Path
    site: Path
    folder: Path

    def run(self, program: str, *arguments: str) -> str:
        """What a program prints; anything but exit code 0 is an error."""
        hidden = ("PYTHON", "VIRTUAL_ENV", "PYTEST", "COVERAGE")
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        ended = subprocess.run(
            [self.bin / program, *arguments],
            cwd=self.folder,
            env=surroundings,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, f"{program} {arguments}: {ended.returncode}\n{ended.stderr[-4000:]}"
        return ended.stdout


def lend_compiled_code(site: Path) -> None:
    """Give what is installed the compiled code of this tree, and its source files the times of ours."""
    for name in tracked(*PACKAGES):
        if name.endswith(".py"):
            ours = (ROOT / name).stat()
            os.utime(site / name, ns=(ours.st_atime_ns, ours.st_mtime_ns))
    for package in PACKAGES:
        for pattern in ("*.nb[ic]", "*.made-from", "compiled-*"):
            for kept in (ROOT / package).rglob(f"__pycache__/{pattern}"):
                lent = site / kept.relative_to(ROOT)
                lent.parent.mkdir(exist_ok=True)
                shutil.copyfile(kept, lent)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    base = tmp_path_factory.mktemp("wheel")
    source, environment, folder = base / "source", base / "environment", base / "folder"
    for name in tracked():  # a copy, so that building leaves nothing behind in the tree
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(base), str(source)]
    subprocess.run(build, check=True)
    (wheel,) = base.glob("*.whl")
    venv.create(environment, symlinks=True)
    subprocess.run(
        [
            *pip,
            "--python",
            str(environment / "bin" / "python"),
            "install",
            "--no-deps",
            "--no-index",
            str(wheel),
        ],
        check=True,
    )
    (site,) = environment.glob("lib/python*/site-packages")
    paths = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (site / "dependencies.pth").write_text("\n".join(paths) + "\n")
    monty = Path(sysconfig.get_path("scripts")) / "monty"  # the sandbox's interpreter is a program
    (environment / "bin" / "monty").symlink_to(monty)
    lend_compiled_code(site)
    folder.mkdir()
    return Installed(wheel, environment / "bin", site, folder)


def test_the_wheel_holds_all_files_of_the_packages_and_nothing_else(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == tracked(*PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_packages_say_that_they_are_typed(installed: Installed, package: str) -> None:
    assert (installed.site / package / "py.typed").is_file()


def test_the_packages_come_from_the_wheel(installed: Installed) -> None:
    code = f"import {', '.join(PACKAGES)}; print(*({'.__file__, '.join(PACKAGES)}.__file__), sep='\\n')"
    places = installed.run("python", "-c", code).splitlines()
    assert places == [str(installed.site / package / "__init__.py") for package in PACKAGES]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert installed.run("journeyman", "--version") == f"journeyman {version}\n"


def test_the_doctor_is_content(installed: Installed) -> None:
    report = json.loads(installed.run("journeyman", "doctor", "--game", "crafter", "--json"))
    checks = {check["name"]: check for check in report["checks"]}
    assert report["ok"]
    assert checks["own packages"]["health"] == "ok"
    assert checks["game crafter"]["detail"] == "keeps the contract of a game"


def test_a_skill_that_is_shipped_is_verified_and_played(installed: Installed) -> None:
    assert "all hashes fit" in installed.run("journeyman", "skills", "verify")
    report = json.loads(installed.run("journeyman", "solve", "collect_wood", "--episodes", "1", "--json"))
    assert report["n"] == len(report["episodes"]) == 1


def test_a_suite_is_played(installed: Installed) -> None:
    arguments = ("crafter-score", "--episodes", "1", "--baseline", "random", "--json")
    report = json.loads(installed.run("journeyman", "eval", *arguments))
    assert (report["suite"], report["n"]) == ("crafter-score", 1)


def test_from_nothing_to_a_few_skills(installed: Installed) -> None:
    """The recorded answers, the prompts, the training and the sandbox, all at once."""
    library = ("--game", "toy", "--library", "toy-skills")
    brief = ("--budget-steps", "12000", "--minutes", "60", "--workers", "1")
    practised = json.loads(installed.run("journeyman", "practice", *library, *brief, "--json"))
    assert {skill["name"] for skill in practised["admitted"]} >= {"collect_wood", "place_bench"}
    solved = json.loads(installed.run("journeyman", "solve", "collect wood", *library, "--json"))
    assert solved["episodes"][0]["success"]
