"""Versions of what a result depends on."""

from __future__ import annotations

import platform
from importlib import metadata

_PACKAGES = (
    "torch",
    "stable-baselines3",
    "numpy",
    "gymnasium",
    "networkx",
    "pydantic-monty",
    "langchain",
    "crafter",
)


def package_versions() -> dict[str, str]:
    """Versions of Python, of this project and of the packages that a result depends on."""
    versions = {"python": platform.python_version()}
    for package in ("journeyman", *_PACKAGES):
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "missing"
    return versions
