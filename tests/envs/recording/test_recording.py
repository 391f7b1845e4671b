"""Episodes on disk: what is written is what was played, and a recording appears whole or not at all."""

import json
import logging
import subprocess
import sys

import imageio.v2 as imageio
import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from envs.contract.check import check_game
from envs.errors import MissingDependency
from envs.facts import EndStatus
from envs.game import Game
from envs.recording.recorded_game import RecordedGame
from envs.recording.recorder import Recorder, RecordingOptions
from envs.recording.video import Stills, best_video_format, open_video
from envs.toy.game import ToyGame
from envs.toy.spec import ACTIONS, SPEC

SMALL = (72, 54)
QUICK = RecordingOptions(video="none", size=SMALL, cast=False)
ROUTE = ["down", "take", "right", "right", "place_bench", "up"]


def play(folder, options=QUICK, names=ROUTE, note=""):
    """Record a few steps; returns the transitions as they were played and the frames after every step."""
    game = ToyGame()
    game.reset(6)
    played, frames = [], [game.frame(options.size)]
    with Recorder(game, folder, options, seed=6) as recorder:
        if note:
            recorder.note(note)
        for name in names:
            before = game.facts()
            status = game.step(ACTIONS.index(name))
            recorder.record(ACTIONS.index(name))
            played.append((before, name, game.facts(), status))
            frames.append(game.frame(options.size))
    return played, frames


def read_transitions(path):
    """The steps of a ``transitions.jsonl``: facts before, action, facts after, status; notes are skipped."""
    first, *records = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    facts = first["facts"]
    for record in records:
        if "note" not in record:
            before, facts = facts, {**facts, **record["changed"]}
            yield before, record["action"], facts, EndStatus[record["status"]]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_transitions_read_back_as_they_were_played(tmp_path):
    played, _ = play(tmp_path / "episode", note="looking for wood")
    assert list(read_transitions(tmp_path / "episode" / "transitions.jsonl")) == played
    lines = (tmp_path / "episode" / "transitions.jsonl").read_text().splitlines()
    assert json.loads(lines[1]) == {"step": 0, "note": "looking for wood"}
    assert len(lines) == 1 + 1 + len(ROUTE)


def test_facts_read_back_as_arrays_without_pickle(tmp_path):
    played, _ = play(tmp_path / "episode")
    with np.load(tmp_path / "episode" / "facts.npz", allow_pickle=False) as arrays:
        assert arrays["names"].tolist() == [fact.name for fact in SPEC.facts]
        assert arrays["actions"].tolist() == [ACTIONS.index(action) for _, action, _, _ in played]
        assert arrays["facts"].shape == (len(ROUTE) + 1, len(SPEC.facts))
        assert arrays["facts"][-1].tolist() == list(played[-1][2].values())


def test_the_summary_says_what_is_there(tmp_path):
    play(tmp_path / "episode", RecordingOptions(video="gif", size=SMALL, stride=4))
    summary = json.loads((tmp_path / "episode" / "recording.json").read_text())
    files = [
        "episode.cast",
        "facts.npz",
        "first.png",
        "last.png",
        "middle.png",
        "transitions.jsonl",
        "video.gif",
    ]
    assert summary["files"] == files
    assert names_in(tmp_path / "episode") == sorted([*files, "recording.json"])
    assert {
        key: summary[key] for key in ("schema", "game", "seed", "steps", "frames", "status", "complete")
    } == {
        "schema": 1,
        "game": "toy",
        "seed": 6,
        "steps": 6,
        "frames": 2,  # before step 1, and after step 4
        "status": "RUNNING",
        "complete": True,
    }


@pytest.mark.slow
def mp4_frames(path):
    """Pictures of the test's size, by the encoder itself: imageio's reader may leave its pipes open."""
    command = [get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    width, height = SMALL
    return np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3)


@pytest.mark.slow
def test_an_mp4_has_a_frame_for_every_step(tmp_path):
    _, frames = play(tmp_path / "episode", RecordingOptions(video="mp4", size=SMALL))
    seen = mp4_frames(tmp_path / "episode" / "video.mp4")
    assert len(seen) == len(frames) == 7
    for shown, frame in zip(seen, frames, strict=True):
        assert shown.shape == (54, 72, 3)
        assert np.abs(shown.astype(int) - frame.astype(int)).mean() < 12  # compressed, but the same picture


def gif_frames(path):
    """Pictures and their times in milliseconds."""
    with Image.open(path) as gif:
        for index in range(gif.n_frames):
            gif.seek(index)
            yield np.asarray(gif.convert("RGB")), gif.info["duration"]


def test_a_gif_shows_the_exact_pixels(tmp_path):
    _, frames = play(tmp_path / "episode", RecordingOptions(video="gif", size=SMALL))
    shown, times = zip(*gif_frames(tmp_path / "episode" / "video.gif"), strict=True)
    different = [frames[0]]  # equal pictures in a row become one that is shown longer
    for frame in frames[1:]:
        if not np.array_equal(frame, different[-1]):
            different.append(frame)
    assert len(shown) == len(different) > 3
    assert all(np.array_equal(one, other) for one, other in zip(shown, different, strict=True))
    assert sum(times) == 7 * 70  # 15 frames per second are 67 ms, rounded to 70


def test_a_long_gif_keeps_its_length_in_bounded_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("envs.recording.video._GIF_FRAMES", 4)
    writer = open_video(tmp_path / "long.gif", 10)
    for number in range(16):
        writer.append(np.full((2, 2, 3), 10 * number, dtype=np.uint8))
    writer.close()
    shown = [(int(picture[0, 0, 0]), time) for picture, time in gif_frames(tmp_path / "long.gif")]
    # the fifth kept frame halves them: frames 0 2 4 6 8 -> 0 4 8 12, each shown for four frames of 100 ms
    assert shown == [(0, 400), (40, 400), (80, 400), (120, 400)]


def test_stills_are_first_middle_and_last(tmp_path):
    _, frames = play(tmp_path / "episode")
    for name, index in (("first", 0), ("middle", 3), ("last", 6)):  # 7 frames
        assert np.array_equal(imageio.imread(tmp_path / "episode" / f"{name}.png"), frames[index]), name


@pytest.mark.parametrize(("count", "slack"), [(1, 0), (2, 0), (64, 0), (65, 1), (1000, 16), (5000, 128)])
def test_the_middle_still_stays_near_the_middle_in_bounded_memory(count, slack):
    stills = Stills()
    for number in range(count):
        stills.add(np.full((1, 1, 3), 0) + number)
        assert len(stills._kept) <= 64
    chosen = {name: int(frame[0, 0, 0]) for name, frame in stills.chosen().items()}
    assert chosen["first"] == 0
    assert chosen["last"] == count - 1
    assert abs(chosen["middle"] - count // 2) <= slack


def test_no_frames_no_stills():
    assert Stills().chosen() == {}


def test_the_cast_is_asciinema_version_2(tmp_path):
    play(tmp_path / "episode", RecordingOptions(video="none", size=SMALL, stride=3, fps=2.0), note="go north")
    cast = (tmp_path / "episode" / "episode.cast").read_text(encoding="utf-8")
    header, *screens = [json.loads(line) for line in cast.splitlines()]
    assert header == {"version": 2, "width": 100, "height": 30, "title": "Toy meadow"}
    assert [(seconds, kind) for seconds, kind, _ in screens] == [(0.0, "o"), (0.5, "o"), (1.0, "o")]
    assert screens[0][2].startswith("\x1b[2J\x1b[Hstep 0\r\n\r\nYou stand in column")
    assert screens[2][2].startswith("\x1b[2J\x1b[Hstep 6 | go north\r\n")
    assert all("\n" not in text.replace("\r\n", "") for _, _, text in screens)


def test_the_last_step_is_shown_whatever_the_stride(tmp_path):
    game = ToyGame()
    game.reset(1, max_steps=3)
    with Recorder(
        game, tmp_path / "episode", RecordingOptions(video="none", stride=100, size=SMALL)
    ) as recorder:
        while game.status == EndStatus.RUNNING:
            game.step(1)
            recorder.record(1)
    summary = json.loads((tmp_path / "episode" / "recording.json").read_text())
    assert (summary["frames"], summary["status"], summary["seed"]) == (2, "TIME_LIMIT", None)


def test_recording_never_changes_the_game(tmp_path):
    game, twin = ToyGame(), ToyGame()
    with Recorder(game, tmp_path / "episode", RecordingOptions(video="gif", size=SMALL)) as recorder:
        for name in ROUTE:
            game.step(ACTIONS.index(name))
            recorder.record(ACTIONS.index(name))
            twin.step(ACTIONS.index(name))
    assert game.snapshot() == twin.snapshot()


def test_the_folder_appears_only_when_complete(tmp_path):
    recorder = Recorder(ToyGame(), tmp_path / "deep" / "episode", QUICK)
    recorder.record(0)
    assert not (tmp_path / "deep" / "episode").exists()
    assert recorder.close() == recorder.close() == tmp_path / "deep" / "episode"
    assert names_in(tmp_path / "deep") == ["episode"]


def test_an_exception_leaves_a_recording_that_says_so(tmp_path):
    game = ToyGame(crash_after=2)

    def run():
        with Recorder(game, tmp_path / "episode", QUICK) as recorder:
            while True:
                game.step(0)
                recorder.record(0)

    with pytest.raises(RuntimeError, match="crash_after=2"):
        run()
    summary = json.loads((tmp_path / "episode" / "recording.json").read_text())
    assert (summary["complete"], summary["steps"]) == (False, 2)
    assert len(list(read_transitions(tmp_path / "episode" / "transitions.jsonl"))) == 2


def test_an_older_recording_is_never_overwritten(tmp_path):
    played, _ = play(tmp_path / "episode")
    with pytest.raises(
        FileExistsError, match="episode' exists already and is not empty; record to a new folder"
    ):
        play(tmp_path / "episode", names=["noop"])
    assert list(read_transitions(tmp_path / "episode" / "transitions.jsonl")) == played
    assert names_in(tmp_path) == ["episode"]


def test_an_empty_folder_may_be_recorded_to(tmp_path):
    (tmp_path / "episode").mkdir()
    play(tmp_path / "episode")
    assert (tmp_path / "episode" / "recording.json").is_file()


def test_a_failure_while_writing_leaves_nothing_half_done(tmp_path, monkeypatch):
    def full(*_args, **_arrays):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space left on device"):
        play(tmp_path / "episode")
    assert names_in(tmp_path) == []


def test_a_failure_at_the_start_leaves_nothing_behind(tmp_path):
    class NoPicture(ToyGame):
        def frame(self, size=(288, 288)):
            raise OSError("no display")

    with pytest.raises(OSError, match="no display"):
        Recorder(NoPicture(), tmp_path / "episode", QUICK)
    assert names_in(tmp_path) == []


@pytest.fixture
def no_ffmpeg(monkeypatch):
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)


def test_a_missing_encoder_is_named_with_the_way_out(tmp_path, no_ffmpeg):
    expected = (
        r"cannot write mp4 videos: no ffmpeg encoder \(.*imageio_ffmpeg.*\); "
        "install it with: pip install imageio-ffmpeg, or choose the format 'gif', which needs none"
    )
    with pytest.raises(MissingDependency, match=expected):
        Recorder(ToyGame(), tmp_path / "episode", RecordingOptions(video="mp4"))
    assert names_in(tmp_path) == []


def test_auto_falls_back_to_gif_and_says_so(tmp_path, no_ffmpeg, caplog):
    assert best_video_format() == "gif"
    with caplog.at_level(logging.WARNING, logger="envs.recording.recorder"):
        play(tmp_path / "episode", RecordingOptions(video="auto", size=SMALL))
    assert "video.gif" in names_in(tmp_path / "episode")
    assert "no mp4 encoder is installed (pip install imageio-ffmpeg); recording a gif instead" in caplog.text


def test_auto_takes_mp4_where_it_can():
    assert best_video_format() == "mp4"
    assert RecordingOptions().video_format() == "mp4"


@pytest.mark.parametrize(
    ("video", "module", "package"), [("mp4", "imageio.v2", "imageio"), ("gif", "PIL.Image", "PIL")]
)
def test_no_video_package_at_all(tmp_path, monkeypatch, video, module, package):
    monkeypatch.setitem(sys.modules, module, None)
    expected = rf"cannot write {video} videos: the package '{package}' is missing.*or record without a video"
    with pytest.raises(MissingDependency, match=expected):
        Recorder(ToyGame(), tmp_path / "episode", RecordingOptions(video=video))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"video": "avi"}, "video is 'avi'; expected 'auto', 'mp4', 'gif' or 'none'"),
        ({"stride": 0}, "stride is 0; expected at least 1"),
        ({"fps": 0.0}, "fps is 0.0; expected more than 0"),
        ({"size": (72, 55)}, r"size is \(72, 55\); expected even numbers of at least 2"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        RecordingOptions(**options)


def test_a_video_needs_a_known_ending(tmp_path):
    with pytest.raises(
        ValueError, match=r"cannot write a video to 'film.avi'; expected a name in .mp4 or .gif"
    ):
        open_video(tmp_path / "film.avi", 15)


class TestRecordedGame:
    @pytest.mark.slow
    def test_it_keeps_the_contract_of_a_game(self, tmp_path):
        numbers = iter(range(100))
        assert isinstance(RecordedGame(ToyGame(), tmp_path), Game)
        assert check_game(lambda: RecordedGame(ToyGame(), tmp_path / str(next(numbers)), QUICK)) == []

    def test_every_episode_has_its_folder(self, tmp_path):
        game = RecordedGame(ToyGame(), tmp_path, QUICK)
        for seed in (4, 5):
            game.reset(seed, max_steps=2)
            game.note(f"seed {seed}")
            game.step(1)
            game.step(2)
        game.close()
        game.close()
        assert game.recordings == (tmp_path / "episode-000", tmp_path / "episode-001")
        summaries = [json.loads((folder / "recording.json").read_text()) for folder in game.recordings]
        assert [(s["seed"], s["steps"], s["status"]) for s in summaries] == [
            (4, 2, "TIME_LIMIT"),
            (5, 2, "TIME_LIMIT"),
        ]

    def test_a_restore_begins_a_new_recording(self, tmp_path):
        game = RecordedGame(ToyGame(), tmp_path, QUICK)
        game.reset(4)
        data = game.snapshot()
        game.step(1)
        game.restore(data)
        game.step(2)
        game.finish()
        game.step(3)  # not recorded any more
        counts = [len(list(read_transitions(f / "transitions.jsonl"))) for f in game.recordings]
        assert counts == [1, 1]

    def test_a_crash_completes_the_recording_as_incomplete(self, tmp_path):
        game = RecordedGame(ToyGame(crash_after=1), tmp_path, QUICK)
        game.reset(4)
        game.step(0)
        with pytest.raises(RuntimeError, match="crash_after=1"):
            game.step(0)
        (folder,) = game.recordings
        assert json.loads((folder / "recording.json").read_text())["complete"] is False

    def test_a_bad_action_does_not_end_the_recording(self, tmp_path):
        game = RecordedGame(ToyGame(), tmp_path, QUICK)
        game.reset(4, max_steps=1)
        with pytest.raises(ValueError, match="out of range"):
            game.step(99)
        game.step(0)
        with pytest.raises(RuntimeError, match="the episode ended"):
            game.step(0)
        game.close()
        assert json.loads((game.recordings[0] / "recording.json").read_text())["complete"] is True
