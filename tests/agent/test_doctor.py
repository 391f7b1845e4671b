import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from agent import doctor
from agent.cli import main
from agent.doctor import is_healthy
from agent.finding import Check, Health
from envs import code_cache
from envs.code_cache import CodeCache
from envs.toy.game import ToyGame


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


def test_everything_here_is_healthy(tmp_path: Path) -> None:
    checks = by_name(list(doctor.examine("toy", folder=tmp_path)))
    ill = {name: check.detail for name, check in checks.items() if check.health is Health.MISSING}
    assert not ill
    assert checks["recorded answers"].detail == "114 answers, all hashes fit"
    assert checks["python"].health is Health.OK
    assert checks["sandbox"].detail == "runs code"
    assert checks["game toy"].detail == "keeps the contract of a game"
    assert checks["library"].health is Health.OPTIONAL
    assert checks["library"].remedy == "learn some: journeyman practice --game toy"


def test_an_old_python_is_named() -> None:
    check = doctor.python_version((3, 10, 2))
    assert (check.health, check.detail) == (Health.MISSING, "3.10.2; 3.11 or newer is needed")
    assert doctor.python_version((3, 11, 0)).health is Health.OK
    assert doctor.python_version((4, 0, 0)).health is Health.OK


SEPARATE = "give journeyman a virtual environment of its own, and no PYTHONPATH"


class TestOwnPackages:
    def test_here_all_four_are_ours(self) -> None:
        check = doctor.own_packages(packages_distributions())
        assert check.health is Health.OK
        assert check.detail == "agent, skills, planners, envs: all from one place, and no others"

    def test_another_distribution_with_a_package_of_the_same_name_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ours is found first, so everything works, as long as nothing is uninstalled or moved."""
        site = tmp_path / "site"
        for folder in ("skills", "Skill_Kit-1.0.dist-info"):
            (site / folder).mkdir(parents=True)
        (site / "skills" / "__init__.py").write_text("")
        (site / "Skill_Kit-1.0.dist-info" / "METADATA").write_text("Name: Skill-Kit\nVersion: 1.0\n")
        (site / "Skill_Kit-1.0.dist-info" / "top_level.txt").write_text("skills\n")
        monkeypatch.setattr(sys, "path", [*sys.path, str(site)])
        check = doctor.own_packages(packages_distributions())
        assert (check.health, check.detail) == (Health.OPTIONAL, "skills also belongs to Skill-Kit")
        assert check.remedy == SEPARATE

    def test_a_package_that_is_not_there_is_told(self) -> None:
        check = doctor.own_packages({}, ("agent", "no_such_package_at_all"))
        assert check.health is Health.MISSING
        assert check.detail.startswith("no_such_package_at_all is not found; journeyman's own is in ")

    @pytest.mark.slow
    @pytest.mark.parametrize("package", ["envs", "skills", "planners"])
    def test_a_package_that_hides_ours_is_found_by_the_command_itself(
        self, package: str, tmp_path: Path
    ) -> None:
        (tmp_path / "site" / package).mkdir(parents=True)
        (tmp_path / "site" / package / "__init__.py").write_text("raise RuntimeError('not to be run')")
        code = "from agent.cli import main; raise SystemExit(main())"
        paths = [str(tmp_path / "site"), str(doctor.HOME), *filter(None, sys.path)]
        ended = subprocess.run(
            [sys.executable, "-P", "-c", code, "doctor", "--game", "toy"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 3, ended.stderr
        assert ended.stderr == (
            f"journeyman: {package} comes from {str(tmp_path / 'site')!r}; journeyman's own is in "
            f"{str(doctor.HOME)!r}; {SEPARATE}\n"
        )


def test_missing_packages_say_what_to_install() -> None:
    check = doctor.required_package("no-such-package-at-all")
    assert (check.health, check.remedy) == (
        Health.MISSING,
        "pip install -c constraints.txt no-such-package-at-all",
    )
    optional = doctor.optional_package("no-such-package-at-all", "for films")
    assert (optional.health, optional.remedy) == (Health.OPTIONAL, "for films")


def test_a_broken_part_is_a_finding_and_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise RuntimeError("libxyz.so: cannot open\n- more\n- \x1b[2J")

    check = doctor._guarded("torch", broken, "install it again")
    assert (check.health, check.detail, check.remedy) == (
        Health.MISSING,
        "libxyz.so: cannot open\n- more\n- \\x1b[2J",
        "install it again",
    )
    assert not is_healthy([check])


def test_what_there_is_too_little_of_is_not_installed_again() -> None:
    def broken() -> str:
        raise ImportError("libtorch.so: cannot open") from OSError(24, "Too many open files")

    check = doctor._guarded("torch", broken, "install it again")
    assert check.remedy.startswith("too many open files: this process may have ")
    assert "install" not in check.remedy


class Faulty(ToyGame):
    """Breaks the contract in two ways."""

    def caption(self) -> str:
        return " "

    def restore(self, data: bytes) -> None:
        super().restore(data.rstrip(b"\n"))


def test_every_violation_of_a_game_is_shown_with_its_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("envs.registry.make_game", lambda name: Faulty())
    first = (
        "the game breaks its contract in 2 places:\n- restore: accepts lengthened bytes; raise BadSnapshot ("
    )
    assert main(["doctor", "--game", "toy"]) == 3
    shown = capsys.readouterr().out
    assert f"missing   game toy: {first}".replace("\n", "\n          ") in shown
    assert "\n          - caption: is ' ', expected a text  -> see the message" in shown
    assert main(["doctor", "--game", "toy", "--json"]) == 3
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["game toy"]["detail"].startswith(first)
    assert checks["game toy"]["detail"].count("\n- ") == 2


def test_the_folder_of_compiled_code_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(cache: CodeCache) -> Check:
        monkeypatch.setattr(code_cache, "choose_code_cache", lambda: cache)
        return doctor.compiled_code()

    assert found(CodeCache(None)).detail == "kept beside the code"
    there = found(CodeCache(Path("/tmp/x"), "'/site' cannot be written"))
    assert (there.name, there.health) == ("compiled code (NUMBA_CACHE_DIR)", Health.OPTIONAL)
    assert there.detail == "kept in '/tmp/x' ('/site' cannot be written)"
    assert found(CodeCache(Path("/my/x"), "NUMBA_CACHE_DIR says so", wanted=True)).health is Health.OK
    assert found(CodeCache(code_cache.user_cache(), "'/site' cannot be written")).health is Health.OK
    unset = found(CodeCache(None, "NUMBA_CACHE_DIR is '/none', which cannot be written"))
    assert (unset.health, unset.remedy) == (Health.OPTIONAL, "mend or remove NUMBA_CACHE_DIR")
    nowhere = found(CodeCache(None, "'/site' cannot be written, and neither can /tmp", usable=False))
    assert nowhere.health is Health.MISSING
    assert "set NUMBA_CACHE_DIR to a folder" in nowhere.remedy


def test_keys_are_named_by_provider_and_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-secret")
    check = doctor.api_keys()
    assert check.health is Health.OK
    assert "openai" in check.detail
    assert "sk-secret" not in check.detail
