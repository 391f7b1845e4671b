"""What may be given as a cluster; Ray itself is not needed to tell."""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import Final

from envs.errors import MissingDependency

LOCAL: Final = "local"
"""Ray is started on this machine, for this program alone."""
AUTO: Final = "auto"
"""The cluster that this machine belongs to."""
REMOTE: Final = "ray://"
"""How the address of a cluster begins that is reached over the network."""

_REMOTE_ADDRESS: Final = re.compile(r"ray://(\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(\d{1,5})")
EXPECTED: Final = "expected local, auto or ray://HOST:PORT, e.g. ray://head-node:10001"
NO_RAY: Final = "--cluster needs Ray, which is not installed: pip install 'journeyman[ray]'"


def why_no_cluster(text: str) -> str:
    """What is wrong with a text that is to name a cluster; empty when nothing is.

    >>> why_no_cluster("local"), why_no_cluster("ray://head-node:10001")
    ('', '')
    >>> why_no_cluster("ray://head-node")
    'expected local, auto or ray://HOST:PORT, e.g. ray://head-node:10001'
    """
    if text in (LOCAL, AUTO):
        return ""
    found = _REMOTE_ADDRESS.fullmatch(text)
    return "" if found and 0 < int(found[2]) < 65_536 else EXPECTED


def require_ray(cluster: str) -> None:
    """Raise `MissingDependency` where there is to be a cluster and Ray is not installed.

    Ray is not imported, which takes seconds.
    """
    if cluster and find_spec("ray") is None:
        raise MissingDependency(NO_RAY)


def host_and_port(text: str) -> tuple[str, int]:
    """The parts of an address, with or without ``ray://``. Raises `ValueError`.

    >>> host_and_port("ray://head-node:10001"), host_and_port("[::1]:6379")
    (('head-node', 10001), ('::1', 6379))
    """
    host, _, port = text.removeprefix(REMOTE).rpartition(":")
    return host.strip("[]"), int(port)
