"""Which policy over skills a task's words name."""

from agent.play.kit import PolicyOverSkills
from agent.solving.strategies import named_strategy


def policy(task: str) -> PolicyOverSkills:
    return PolicyOverSkills(task=task, source="", skills=())


MINES, MAZE, AGAIN = (
    policy("reach the Gnomish Mines"),
    policy("walk through a maze"),
    policy("walk through a maze"),
)
KNOWN = {
    "suite/mines": MINES,
    "suite/maze": MAZE,
    "other/maze": AGAIN,
    "suite/town": policy("reach Minetown"),
}


def test_a_name_or_like_words_name_a_policy() -> None:
    assert named_strategy(KNOWN, "Suite/Mines") is MINES
    assert named_strategy(KNOWN, "find the gnomish mines!") is MINES
    assert named_strategy(KNOWN, "sell a dagger") is None


def test_the_same_task_under_two_names_is_no_doubt() -> None:
    found = named_strategy(KNOWN, "walk through this maze")
    assert found is not None and found.task == "walk through a maze"


def test_two_tasks_that_are_equally_close_are() -> None:
    two = {"a": policy("sell a red gem"), "b": policy("sell a blue gem")}
    assert named_strategy(two, "sell gem") is None
