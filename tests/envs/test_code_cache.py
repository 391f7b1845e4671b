"""Where compiled code is kept when that cannot be beside its source, and what happens when it is damaged."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from envs import code_cache
from envs.code_cache import CodeCache, can_keep, private_folder, user_cache

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = """
from envs.code_cache import choose_code_cache
choose_code_cache()
from numba import njit
from envs.grid.numba_cache import forgive_cache

@njit(cache=True)
def double(number):
    return 2 * number

print(double(21), double.stats.cache_path, sum(double.stats.cache_hits.values()))
"""


def run(code: str, folder: Path, **environment: str) -> str:
    """What a script says that lies in `folder` and is run in a process of its own."""
    script = folder / "script.py"
    script.write_text(code)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **environment}
    done = subprocess.run(
        [sys.executable, str(script)], env=env, cwd=folder, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout.strip()


@pytest.fixture
def keeps(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Path], bool]], None]:
    """Says which folders can be written."""

    def only(fits: Callable[[Path], bool]) -> None:
        monkeypatch.setattr(code_cache, "can_keep", fits)

    return only


class TestChoice:
    def test_beside_the_code_where_that_can_be_written(self) -> None:
        assert code_cache._choose("") == CodeCache(None)
        assert str(code_cache._choose("")) == "beside the code"

    def test_where_the_variable_says(self, tmp_path: Path) -> None:
        chosen = code_cache._choose(str(tmp_path / "new"))
        assert chosen == CodeCache(tmp_path / "new", "NUMBA_CACHE_DIR says so", wanted=True)

    @pytest.mark.parametrize(
        "wanted", ["/proc/none", "/dev/null", "/dev/null/deep", "/proc/self/mem", "nul\0"]
    )
    def test_a_variable_that_cannot_be_used_is_told_and_let_be(self, wanted: str) -> None:
        chosen = code_cache._choose(wanted)
        assert chosen == CodeCache(None, f"NUMBA_CACHE_DIR is {wanted!r}, which cannot be written")

    def test_in_the_users_folder_where_the_packages_are_closed(
        self, keeps: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        keeps(lambda folder: folder.name == "numba")
        chosen = code_cache._choose("")
        assert chosen.folder == tmp_path / "numba"
        assert chosen.reason.endswith("__pycache__' cannot be written")

    @pytest.mark.parametrize("closed", ["opensimplex", "crafter"])
    def test_one_closed_package_is_enough(self, closed: str, keeps: Callable[..., None]) -> None:
        keeps(lambda folder: folder.parent.name != closed)
        assert code_cache._choose("").folder == user_cache()

    def test_in_a_private_temporary_folder_without_a_home(
        self, keeps: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        keeps(lambda folder: folder.name.startswith("journeyman-numba-"))
        folder = code_cache._choose("").folder
        assert folder is not None and folder.parent == tmp_path
        state = folder.lstat()
        assert (stat.S_IMODE(state.st_mode), state.st_uid) == (0o700, os.getuid())
        assert code_cache._choose("").folder == folder, "workers and later sessions find the same one"

    def test_nowhere_is_said_and_not_raised(self, keeps: Callable[..., None]) -> None:
        keeps(lambda folder: False)
        chosen = code_cache._choose("/proc/none")
        assert (chosen.folder, chosen.usable) == (None, False)
        assert chosen.reason.startswith(
            "NUMBA_CACHE_DIR is '/proc/none', which cannot be written, and neither can "
        )
        assert chosen.reason.endswith("/dev/shm")

    @pytest.mark.parametrize("home", ["~", "relative/home", "/no/such/home"])
    def test_a_home_that_is_no_place_is_none(self, home: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setattr(os.path, "expanduser", lambda path: home)
        assert user_cache() is None


class TestPrivateFolder:
    @pytest.mark.parametrize("taken", ["open to all", "link", "file", "of another"])
    def test_what_somebody_else_put_there_is_not_used(
        self, taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = tmp_path / f"journeyman-numba-{os.getuid()}"
        if taken == "open to all":
            place.mkdir()
            place.chmod(0o777)
        elif taken == "link":
            (tmp_path / "elsewhere").mkdir(mode=0o700)
            place.symlink_to(tmp_path / "elsewhere")
        elif taken == "file":
            place.write_text("")
        else:
            real = os.getuid()
            (tmp_path / f"journeyman-numba-{real + 1}").mkdir(mode=0o700)
            monkeypatch.setattr(os, "getuid", lambda: real + 1)
        folder = private_folder(tmp_path)
        assert folder is not None and folder.parent == tmp_path
        assert folder.name not in (place.name, f"journeyman-numba-{os.getuid()}")
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        shutil.rmtree(folder)

    def test_a_new_one_goes_with_its_process(self, tmp_path: Path) -> None:
        (tmp_path / f"journeyman-numba-{os.getuid()}").write_text("")
        code = "from pathlib import Path\nfrom envs.code_cache import private_folder\n"
        folder = Path(run(code + "print(private_folder(Path.cwd()))", tmp_path))
        assert folder.parent == tmp_path and not folder.exists()

    def test_none_where_nothing_can_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        assert private_folder(tmp_path / "file") is None
        assert not can_keep(tmp_path / "file")


LITTLE_ROOM = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
"""Longer files fail like those on a full disk."""


@pytest.mark.slow
class TestDamage:
    @pytest.mark.parametrize(
        ("ending", "content"),
        [("nbi", b""), ("nbi", b"garbage"), ("nbc", b"\x80\x05N."), ("nbc", bytes(1000))],
    )
    @pytest.mark.one_in(2)
    def test_code_that_cannot_be_read_is_made_anew(self, ending: str, content: bytes, tmp_path: Path) -> None:
        kept = tmp_path / "kept"
        assert run(FUNCTION, tmp_path, NUMBA_CACHE_DIR=str(kept)).endswith(" 0")
        for file in kept.rglob(f"*.{ending}"):
            file.write_bytes(content)
        assert run(FUNCTION, tmp_path, NUMBA_CACHE_DIR=str(kept)).startswith("42 ")
        assert run(FUNCTION, tmp_path, NUMBA_CACHE_DIR=str(kept)).endswith(" 1"), "and kept again"

    def test_a_full_disk_keeps_nothing_and_stops_nothing(self, tmp_path: Path) -> None:
        assert run(LITTLE_ROOM + FUNCTION, tmp_path).startswith("42 ")
        assert not list(tmp_path.rglob("*.nb[ic]"))

    def test_a_full_disk_with_code_on_it_is_used(self, tmp_path: Path) -> None:
        assert run(FUNCTION, tmp_path, NUMBA_CACHE_DIR=str(tmp_path)).endswith(" 0")
        full = run(LITTLE_ROOM + FUNCTION, tmp_path, NUMBA_CACHE_DIR=str(tmp_path))
        assert full.startswith(f"42 {tmp_path}")


WORKER = """
import os
from functools import partial
from envs.workers.processes import ProcessPool
from envs.workers.servant import SameEverywhere

class Teller:
    def tell(self):
        from envs.code_cache import choose_code_cache
        return str(choose_code_cache().folder)
    def close(self):
        pass

if __name__ == "__main__":
    with ProcessPool(SameEverywhere(Teller), ["one", "two"]) as pool:
        pool.wait_started()
        for worker in (0, 1):
            pool.send(worker, "tell")
            print(pool.receive(worker).value)
"""

MOUNTS = shutil.which("unshare") is not None and os.getuid() == 0


def closed_packages(code: str, folder: Path) -> list[str]:
    """What a script says where packages, the home and our own source are mounted read-only."""
    (folder / "script.py").write_text(code)
    paths = {str(ROOT), sys.prefix}
    mounts = "".join(f"mount --bind '{it}' '{it}' && mount -o remount,ro,bind '{it}' && " for it in paths)
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "HOME": "/nonexistent",
        "TMPDIR": str(folder),
    }
    for name in ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR"):
        env.pop(name, None)
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", f"{mounts} exec '{sys.executable}' '{folder / 'script.py'}'"],
        env=env, cwd=folder, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    if done.returncode and ("unshare:" in done.stderr or "mount:" in done.stderr):
        pytest.skip(f"no mounts here: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


@pytest.mark.slow
@pytest.mark.skipif(not MOUNTS, reason="needs root and unshare for read-only mounts")
class TestClosedPackages:
    def test_crafter_starts_and_its_code_is_kept(self, tmp_path: Path) -> None:
        """Numba looks for a place as soon as the game's modules are loaded; a short one is compiled."""
        code = (
            "import os\nimport numpy as np\nfrom envs.registry import make_game\n"
            "game = make_game('crafter')\nfrom envs.crafter.compiled.shade import shade\n"
            "light, none = np.full((1, 1, 3), 200, np.uint8), np.zeros((0, 0))\n"
            "print(shade(light, none, none, 1.0, False))\n"
            "print(os.environ['NUMBA_CACHE_DIR'])"
        )
        kept = tmp_path / f"journeyman-numba-{os.getuid()}"
        assert closed_packages(code, tmp_path)[:2] == ["[[[200 200 200]]]", str(kept)]
        assert len(list(kept.glob("compiled_*/shade.shade-*.nbi"))) == 1

    def test_workers_share_the_folder(self, tmp_path: Path) -> None:
        expected = f"{tmp_path}/journeyman-numba-{os.getuid()}"
        assert closed_packages(WORKER, tmp_path)[:2] == [expected, expected]
