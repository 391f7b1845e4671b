"""A game that records its episodes, so that whoever plays it need not."""

from __future__ import annotations

from pathlib import Path

from envs.facts import EndStatus
from envs.game import Game
from envs.recording.recorder import Recorder, RecordingOptions
from envs.wrapped_game import WrappedGame


class RecordedGame(WrappedGame):
    """Passes everything on to `game` and records each episode; implements `envs.game.Game`.

    Recording starts with `reset`; every `reset` or `restore` ends the recording in progress and starts the
    next one. The first goes to ``folder/episode-000``.

    Args:
        game: the game to play and record.
        folder: holds one folder per recording.
        options: what to record, and how.
    """

    def __init__(self, game: Game, folder: Path, options: RecordingOptions | None = None) -> None:
        super().__init__(game)
        self._folder, self._options = folder, options
        self._recorder: Recorder | None = None
        self._seed: int | None = None
        self._recordings: list[Path] = []

    @property
    def recordings(self) -> tuple[Path, ...]:
        """Folders of the recordings that are complete on disk, in order."""
        return tuple(self._recordings)

    def note(self, text: str) -> None:
        """Say what the player is about to do; see `Recorder.note`."""
        if self._recorder:
            self._recorder.note(text)

    def finish(self, *, complete: bool = True) -> None:
        """Complete the recording in progress, if there is one; steps after it are not recorded."""
        recorder, self._recorder = self._recorder, None
        if recorder:
            self._recordings.append(recorder.close(complete=complete))

    def _begin(self) -> None:
        folder = self._folder / f"episode-{len(self._recordings):03d}"
        self._recorder = Recorder(self._game, folder, self._options, seed=self._seed)

    def reset(self, seed: int, max_steps: int | None = None) -> None:
        """Start the episode that `seed` names, and its recording."""
        self.finish()
        self._game.reset(seed, max_steps)
        self._seed = seed
        self._begin()

    def step(self, action: int) -> EndStatus:
        """Take one action and record it. An exception of the game ends the recording as incomplete."""
        running = self._game.status == EndStatus.RUNNING
        try:
            status = self._game.step(action)
        except ValueError:  # no such action: nothing has happened
            raise
        except BaseException:
            if running:
                self.finish(complete=False)
            raise
        if self._recorder:
            self._recorder.record(action)
        return status

    def restore(self, data: bytes) -> None:
        """Return to a snapshot, and start a new recording there."""
        self._game.restore(data)
        self.finish()
        self._seed = None
        self._begin()

    def close(self) -> None:
        """Complete the recording in progress and close the game."""
        self.finish()
        self._game.close()
