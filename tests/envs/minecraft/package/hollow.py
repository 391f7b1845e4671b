"""A side environment without its packages: an interpreter, and what they would say of themselves."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from envs.minecraft.package.place import DONE
from envs.minecraft.package.recipe import digest

HERE = sys.version_info[:2]
VERSIONS = {"minedojo": "0.1", "gym": "0.22.0", "numpy": "2.4.6", "omegaconf": "2.3.1"}


def hollow(folder: Path, versions: dict[str, str] | None = None, recipe: str | None = None) -> Path:
    """Make one; returns its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    say_installed(folder, VERSIONS if versions is None else versions)
    record = {"recipe": digest(HERE) if recipe is None else recipe, "python_version": HERE, "seconds": {}}
    (folder / DONE).write_text(json.dumps(record))
    return folder / "bin" / "python"


def say_installed(folder: Path, versions: dict[str, str]) -> None:
    (site,) = folder.glob("lib/python*/site-packages")
    for name, version in versions.items():
        place = site / f"{name}-{version}.dist-info"
        place.mkdir()
        (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
