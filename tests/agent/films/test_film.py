"""Films of recorded episodes: as long as they should be, with captions, and the end said at the end."""

import errno
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image

from agent.errors import BadConfig
from agent.films.captions import Caption, caption
from agent.films.drawing import STRIP_HEIGHT, end_card, with_strip
from agent.films.film import film_episode
from agent.films.run_films import film_name, film_run
from agent.records.episodes import Episode, find_episode
from agent.records.runs import Run, read_run
from agent.testing.faults import failing, os_error
from envs.recording.bars import Bar
from envs.recording.traced_game import TracedGame
from envs.registry import make_game
from tests.agent.records.test_timeline import ended, plan, started, told


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run with one episode of 12 steps."""
    game = TracedGame(make_game("toy"))
    game.reset(3)
    for action in (1, 2, 3, 4) * 3:
        game.step(action)
    events = [plan(0, "walk", first=True), started(0, "walk"), ended(12, "walk", "not_done", "too far")]
    with Run.create(tmp_path / "runs", command="solve", game="toy", seed=0, config={}) as run:
        place = run.play(3, events)
        run.episode(game.trace().to_record(), place, origin="solve", asked="find wood", goal={}, done=False)
        run.finish()
    return run.path


@pytest.fixture
def episode(run: Path) -> Episode:
    return find_episode(read_run(run), "1")


def test_a_gif_is_wide_and_slow_enough(episode: Episode, tmp_path: Path) -> None:
    path, doubt = film_episode(episode, tmp_path / "films" / "a", form="gif")
    assert (path.name, doubt) == ("a.gif", "")
    with Image.open(path) as film:
        durations = []
        for index in range(film.n_frames):
            film.seek(index)
            durations.append(film.info["duration"])
        assert film.size == (576, 576 + STRIP_HEIGHT)
        assert film.n_frames > 10
        assert 8_000 < sum(durations) < 20_000
    assert [each.name for each in path.parent.iterdir()] == ["a.gif"]


@pytest.mark.slow
def test_an_mp4_of_the_same(episode: Episode, tmp_path: Path) -> None:
    path, _ = film_episode(episode, tmp_path / "a", form="mp4")
    count, seconds = imageio_ffmpeg.count_frames_and_secs(path)
    assert 8 < seconds < 20
    decode = ["-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    decoded = subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), *decode], capture_output=True, check=True)
    frames = np.frombuffer(decoded.stdout, np.uint8).reshape(count, 576 + STRIP_HEIGHT, 576, 3)
    first, last = frames[0], frames[-1]
    assert last[:500].mean() < first[:500].mean() / 2  # the card dims the picture


def test_a_cast_says_what_happens_and_why_it_ended(episode: Episode, tmp_path: Path) -> None:
    path, _ = film_episode(episode, tmp_path / "a", form="cast")
    header, *screens = [json.loads(line) for line in path.read_text().splitlines()]
    assert header["title"] == "find wood"
    assert "find wood" in screens[0][2] and "walk" in screens[0][2]
    assert "not done when it ended, step 12" in screens[-1][2]
    times = [screen[0] for screen in screens]
    assert times == sorted(times) and times[-1] > 3


def test_a_pace_makes_it_shorter(episode: Episode, tmp_path: Path) -> None:
    def length(pace: float | None) -> float:
        path, _ = film_episode(episode, tmp_path / "a", form="cast", pace=pace)
        return float(json.loads(path.read_text().splitlines()[-1])[0])

    assert length(20.0) < length(None) < length(1.0)


@pytest.mark.parametrize(
    ("settings", "message"), [({"form": "avi"}, "mp4, gif, cast"), ({"pace": -1.0}, "more than 0")]
)
def test_what_makes_no_sense_is_refused(
    episode: Episode, tmp_path: Path, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadConfig, match=message):
        film_episode(episode, tmp_path / "a", **settings)
    assert not (tmp_path / "a").exists()


def test_all_episodes_of_a_run(run: Path) -> None:
    (film,) = film_run(run, form="cast")
    assert film == run / "media" / f"{film_name(1)}.cast"


@pytest.fixture
def said() -> Callable[..., Caption]:
    def make(moment: int, since: int | None = None) -> Caption:
        line = told(
            plan(100, "a_b", "c", first=True), started(100, "a_b"), ended(110, "a_b", "not_done", "no")
        )
        game = make_game("toy")
        return caption(
            line, moment, goal="g", first_step=100, spec=game.spec, facts=game.facts(), since=since
        )

    return make


def test_captions_say_skill_and_place(said: Callable[..., Caption]) -> None:
    assert said(3).lines() == ["g", "step 103 | a b | step 1 of 2 of the plan"]
    assert (said(0).happens, said(0).urgent) == ("plan of 2 steps, about 40 game steps", False)
    assert (said(10).happens, said(10).urgent) == ("a b: no", True)
    assert said(12, since=9).happens == "a b: no"
    assert said(30).happens == "died: lava, step 130"


def test_a_strip_holds_whatever_is_said() -> None:
    picture = np.zeros((64, 576, 3), np.uint8)
    long = Caption(
        goal="x" * 300, step=10**9, skill="y" * 300, role="guard", place="step 1 of 2", happens="z" * 300,
        bars=tuple(Bar(f"bar_{i}", i, 9) for i in range(12)),
    )  # fmt: skip
    frame = with_strip(picture, long)
    assert frame.shape == (64 + STRIP_HEIGHT, 576, 3)
    margin = frame[64:, -12:]
    assert (margin == margin[0, 0]).all()  # nothing runs out of the picture
    assert with_strip(picture, Caption(goal="", step=0)).shape == frame.shape


def test_the_card_wraps_long_words() -> None:
    frame = np.full((576 + STRIP_HEIGHT, 576, 3), 200, np.uint8)
    card = end_card(
        frame, "gave up after twelve attempts in a row without success, step 317 " * 2, good=False
    )
    assert (card[576:] == 200).all()
    assert card[:576].max() > 200  # the words
    assert (frame == 200).all()


@pytest.mark.parametrize("form", ["mp4", "gif", "cast"])
def test_a_film_that_cannot_be_written_says_where(
    episode: Episode, tmp_path: Path, form: Literal["mp4", "gif", "cast"]
) -> None:
    """The encoder's own words were an internal error."""
    film = tmp_path / f"a.{form}"
    with failing("recording:create", os_error(errno.EROFS)), pytest.raises(OSError) as caught:
        film_episode(episode, tmp_path / "a", form=form)
    assert (caught.value.errno, caught.value.filename) == (errno.EROFS, str(film))
    assert {path.name for path in tmp_path.iterdir()} == {"runs"}


def test_an_encoder_that_breaks_off_is_an_error_of_the_machine(
    episode: Episode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise OSError("[Errno 32] Broken pipe\n\nFFMPEG COMMAND: ...")

    monkeypatch.setattr("agent.films.film._write", broken)
    with pytest.raises(OSError, match="its encoder broke off; is there room for the film") as caught:
        film_episode(episode, tmp_path / "a", form="mp4")
    assert (caught.value.errno, caught.value.filename) == (errno.EIO, str(tmp_path / "a.mp4"))


def test_a_film_is_no_folder(episode: Episode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(IsADirectoryError):
        film_episode(episode, Path("."), form="cast")
