"""Environments of peers: built once, kept, removed when they fail; what they hold is pinned."""

import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from agent.bench.figure import Figure
from agent.bench.isolate import MeasurementFailed, measure
from agent.bench.peers.craftax_race import _NOTES, ENDLESS, RESTARTING
from agent.bench.peers.environment import NoPeer, Packages, built, cache_folder, environment, packages
from agent.bench.peers.sample_factory_races import _CRAFTER_HOW, _NETHACK_HOW
from agent.bench.settings import QUICK, Settings


def wheel(folder: Path, name: str, needs: str = "") -> Path:
    """A package of one module."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n" + (
        f"Requires-Dist: {needs}\n" if needs else ""
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "WORDS = 'from a wheel'\n")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
@pytest.mark.long
def test_an_environment_is_built_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = wheel(tmp_path, "peer_first")
    second = wheel(tmp_path, "peer_second", needs="nobody-has-this==9")
    wanted = Packages(name="tried", requirements=(str(first),), alone=(str(second),))
    assert built(wanted, tmp_path) is None
    python = environment(wanted, tmp_path)
    assert "building an environment for tried" in capsys.readouterr().err
    code = "import peer_first, peer_second; print(peer_first.WORDS)"
    said = subprocess.run([python, "-I", "-c", code], check=True, capture_output=True, text=True)
    assert said.stdout == "from a wheel\n"
    first.unlink()
    assert environment(wanted, tmp_path) == python == built(wanted, tmp_path)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
@pytest.mark.long
def test_what_cannot_be_built_is_removed_and_said(tmp_path: Path) -> None:
    wanted = Packages(name="tried", requirements=("nobody-has-this==9",))
    with pytest.raises(NoPeer, match=r"(?s)no environment for tried: pip ended with 1:\n.*nobody-has-this"):
        environment(wanted, tmp_path)
    assert built(wanted, tmp_path) is None
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NoPeer, match=r"no environment for tried: .*file"):
        environment(Packages(name="tried", requirements=()), tmp_path / "file" / "below")


def without_peer(settings: Settings) -> list[Figure]:
    raise NoPeer("no environment for tried: no network")


@pytest.mark.slow
def test_a_measurement_without_its_peer_says_so_and_shows_no_traceback() -> None:
    with pytest.raises(MeasurementFailed) as failed:
        measure(without_peer, QUICK)
    assert str(failed.value) == "measurement without_peer failed:\nno environment for tried: no network"


def test_another_content_is_another_environment() -> None:
    wanted = Packages(name="tried", requirements=("a==1",))
    others = [replace(wanted, requirements=("a==2",)), replace(wanted, requirements=(), alone=("a==1",))]
    assert len({p.digest for p in (wanted, *others)}) == 3
    assert replace(wanted, name="other").digest == wanted.digest


def test_versions_are_pinned_and_those_that_the_notes_name() -> None:
    factory, craftax = packages("sample-factory"), packages("craftax")
    loose = [r for p in (factory, craftax) for r in (*p.requirements, *p.alone) if "==" not in r]
    assert loose == ["setuptools<81"]
    assert "sample-factory==2.1.1" in factory.alone
    assert all("Sample Factory 2.1.1" in how for how in (_CRAFTER_HOW, _NETHACK_HOW))
    assert "craftax==1.6.1" in craftax.requirements
    assert all("craftax 1.6.1" in _NOTES[name] for name in (RESTARTING, ENDLESS))


def test_environments_are_kept_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "journeyman" / "peers"
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "journeyman" / "peers"
