"""What belongs into the side environment: two calls of pip.

Source:
    Measured: `minedojo` 0.1 asks for a `gym` that current pips refuse; 0.22.0 is the newest that works, with
    two small shims, and omegaconf 2.4 refuses to read the package's files.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

PACKAGE: Final = "minedojo==0.1"
"""Installed without what it says that it needs."""

REQUIREMENTS: Final = (
    "gym==0.22.0",
    "omegaconf>=2.2,<2.4",
    "pyyaml",
    "jinja2",
    "lxml",
    "numpy",
    "opencv-python-headless",
    "Pyro4",
    "psutil",
    "mypy-extensions",
    "importlib_resources",
    "coloredlogs",
    "daemoniker",
)
"""What it needs indeed, installed first."""

NEWER_NEEDS: Final = ("setuptools",)
"""What it needs besides from Python 3.12 on, which has no `distutils`."""

NEWER: Final = (3, 12)
OLDEST: Final = (3, 9)
NEWEST: Final = (3, 13)
"""Versions of Python that it runs on."""

SHOWN: Final = ("minedojo", "gym", "numpy", "omegaconf", "opencv-python-headless")
"""Packages whose versions are told."""


def requirements(python: tuple[int, int]) -> tuple[str, ...]:
    """What pip installs for a version of Python, before the package.

    >>> requirements((3, 11)) == REQUIREMENTS, requirements((3, 12))[-1]
    (True, 'setuptools')
    """
    return REQUIREMENTS + (NEWER_NEEDS if python >= NEWER else ())


def digest(python: tuple[int, int]) -> str:
    """A digest of the recipe for a version of Python: another recipe is another environment."""
    content = repr((PACKAGE, requirements(python), python))
    return blake2b(content.encode(), digest_size=8).hexdigest()
