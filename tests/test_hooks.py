"""What runs before a commit is what `make check` runs."""

import os
import re
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent


def commands(*targets: str) -> list[str]:
    """The checks that make would run for its targets, in order; what sets up the environment is left out."""
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))
    }
    told = subprocess.run(
        ["make", "--dry-run", *targets],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return re.findall(r"^\.venv/bin/(?:ruff|mypy)\b.*$", told, re.MULTILINE)


def test_the_hooks_run_the_checks_and_nothing_else() -> None:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    calls = [hook["entry"].split() for hook in repository["hooks"]]
    assert {program for program, *_ in calls} == {"make"}
    checks = commands("check")
    assert [line.split()[0] for line in checks] == [f".venv/bin/{tool}" for tool in ("ruff", "ruff", "mypy")]
    assert [line for _, target in calls for line in commands(target)] == checks
    assert all(hook["pass_filenames"] is False for hook in repository["hooks"])


def test_the_tests_begin_with_the_checks() -> None:
    assert commands("test") == commands("check")
    assert commands("test-fast") == []
