"""docs/nethack.md says of actions what the code does."""

import json
import re
from pathlib import Path

from agent.llm.answer_pack import shipped_pack
from envs.nethack.actions import ACTION_SETS, ACTIONS, KEYS
from envs.nethack.prompts import MAX_ANSWERS, MAX_USUAL_ANSWERS

TEXT = (Path(__file__).parents[3] / "docs" / "nethack.md").read_text(encoding="utf-8")
MANUAL = (Path(__file__).parents[3] / "envs" / "nethack" / "manual.md").read_text(encoding="utf-8")


def test_the_table_of_action_sets_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", TEXT, re.MULTILINE)
    assert {name: int(size) for name, size in rows} == {name: len(set_) for name, set_ in ACTION_SETS.items()}
    assert all(set(chosen) <= set(ACTIONS) for chosen in ACTION_SETS.values())


def test_documents_and_manual_name_every_action() -> None:
    for text in (TEXT, MANUAL):
        missing = [
            name for name in ACTIONS if f"`{name}`" not in text and not name.startswith(("move_", "far_"))
        ]
        assert missing == []


def test_every_action_is_typed_on_a_keyboard() -> None:
    assert all(1 <= len(keys) <= 3 for keys in KEYS.values())
    assert f"After {MAX_USUAL_ANSWERS} answers" in TEXT
    assert f"after {MAX_ANSWERS} the episode is aborted" in TEXT


def test_as_many_skills_are_proposed_as_are_told_of() -> None:
    (answer,) = shipped_pack("nethack").about("propose_tasks", "")
    tasks = json.loads(answer.reply.strip().removeprefix("```json").removesuffix("```"))["tasks"]
    assert f"The recorded answers propose {len(tasks)} skills" in TEXT
