"""Why an episode ended, in words."""

import pytest

from agent.records.endings import ending


def end(name: str, reason: str = "") -> list[dict[str, str]]:
    return [{"kind": "play_ended", "end": "reached"}, {"kind": "play_ended", "end": name, "reason": reason}]


@pytest.mark.parametrize(
    ("status", "done", "cause", "events", "words"),
    [
        ("DEATH", False, "arrow at night", [], "died: arrow at night, step 317"),
        ("DEATH", False, "", [], "died, step 317; of what could not be seen"),
        ("DEATH", True, "zombie", [], "done at step 317"),
        ("SUCCESS", None, "", [], "done at step 317"),
        ("RUNNING", True, "", end("reached"), "done at step 317"),
        ("RUNNING", False, "", end("reached"), "not done when it ended, step 317"),
        ("TIME_LIMIT", False, "", end("episode"), "out of steps: 317 steps played"),
        ("RUNNING", False, "", end("budget"), "out of steps: 317 steps played"),
        ("RUNNING", False, "", end("stuck", "gave up after 12"), "gave up after 12, step 317"),
        ("RUNNING", False, "", end("no_plan", "no wood"), "nothing left to try: no wood, step 317"),
        ("RUNNING", None, "", end("broken"), "the code of the policy over skills failed, step 317"),
        ("ABORTED", None, "", [], "the game broke off, step 317"),
        ("RUNNING", None, "", [], "not done when it ended, step 317"),
    ],
)  # fmt: skip
def test_endings(
    status: str, done: bool | None, cause: str, events: list[dict[str, str]], words: str
) -> None:
    assert ending(status, 317, done=done, cause=cause, events=events).words == words


def test_words_of_games_and_policies_are_plain_and_bounded() -> None:
    told = ending("RUNNING", 1, events=end("broken", "\x1b[31m" + "x" * 9_999))
    assert "\x1b" not in told.words
    assert len(told.words) < 400
