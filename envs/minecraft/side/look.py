"""Says which packages are there and which shims they need, in one line of JSON: ``python -I look.py``.

With the argument ``import`` the package is imported with its shims, its tasks are counted, and one task is
made; that takes about ten seconds. Without, only the versions are read.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import io
import json
import os
import platform
import sys
from typing import Any

NAMES = ("minedojo", "gym", "numpy", "omegaconf", "opencv-python-headless", "setuptools", "Pyro4", "lxml")
TASK = "harvest_wool_with_shears_and_sheep"


def look() -> dict[str, Any]:
    """Versions, shims, and where the engine of the package would lie."""
    versions = {}
    for name in NAMES:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[name] = importlib.metadata.version(name)
    shims = _beside("shims").needed(versions.get("numpy", ""), versions.get("gym", ""))
    found = importlib.util.find_spec("minedojo")
    folder = os.path.dirname(found.origin) if found is not None and found.origin else ""
    jar = os.path.join(folder, "sim", "Malmo", "Minecraft", "build", "libs", "MalmoMod-0.37.0-fat.jar")
    return {
        "python": platform.python_version(),
        "versions": versions,
        "shims": shims,
        "folder": folder,
        "jar": jar if os.path.isfile(jar) else "",
    }


def try_out() -> dict[str, Any]:
    """Import the package and make a task; raises whatever that raises."""
    _beside("shims").apply()
    with contextlib.redirect_stdout(io.StringIO()):
        import minedojo
        from minedojo.tasks import ALL_PROGRAMMATIC_TASK_IDS

        minedojo.make(TASK, image_size=(32, 32)).close()
    return {"tasks": len(ALL_PROGRAMMATIC_TASK_IDS)}


def _beside(name: str) -> Any:
    """A module beside this file, which lies in no package here."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name + ".py")
    spec = importlib.util.spec_from_file_location("journeyman_" + name, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    said = look()
    if sys.argv[1:] == ["import"]:
        said.update(try_out())
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the package's own hooks at the end of a process say more than is wanted
