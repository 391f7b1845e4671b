import re
from pathlib import Path

import pytest

from agent.llm.errors import BadPrompt
from agent.llm.parse import parse_reply
from agent.llm.prompt import PROMPT_FOLDER, load_prompt, prompt_names
from agent.llm.question import build_request
from agent.llm.replies import NO_REPLY, REPLIES
from agent.llm.vocabulary import counts_text, game_variables
from envs.game import GameSpec

QUESTIONS = [name for name in prompt_names() if load_prompt(name).reply != NO_REPLY]


def write(folder: Path, name: str, header: str, body: str) -> None:
    (folder / f"{name}.md").write_text(f"---\n{header}\n---\n{body}\n", encoding="utf-8")


def header(name: str, variables: str = "[a]", reply: str = "GoalFacts", **more: str) -> str:
    lines = [f"id: {name}", "version: 1", f"reply: {reply}", f"variables: {variables}"]
    return "\n".join(lines + [f"{key}: {value}" for key, value in more.items()])


def test_sections_become_messages_and_values_are_not_expanded_again(tmp_path: Path) -> None:
    write(tmp_path, "ask", header("ask"), "## system\nBe brief. $$5.\n## user\nWhat is $a?")
    messages = load_prompt("ask", tmp_path).render(a="$a and $b")
    assert [(m.role, m.content) for m in messages] == [
        ("system", "Be brief. $5."),
        ("user", "What is $a and $b?"),
    ]


def test_a_body_without_headings_is_one_user_message(tmp_path: Path) -> None:
    write(tmp_path, "ask", header("ask"), "# A title\nWhat is $a?")
    assert [m.role for m in load_prompt("ask", tmp_path).render(a="x")] == ["user"]


def test_included_messages_come_first(tmp_path: Path) -> None:
    write(tmp_path, "base", header("base", reply="none"), "## system\nYou know $a.")
    write(tmp_path, "ask", header("ask", "[a, b]", include="base"), "## user\nTell $b.")
    messages = load_prompt("ask", tmp_path).render(a="chess", b="all")
    assert [m.content for m in messages] == ["You know chess.", "Tell all."]


def test_render_names_missing_and_unused_variables(tmp_path: Path) -> None:
    write(tmp_path, "ask", header("ask", "[a, b]"), "$a $b")
    with pytest.raises(BadPrompt, match=r"missing \['b'\], given but not used \['c'\]"):
        load_prompt("ask", tmp_path).render(a="1", c="2")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (header("ask"), "must start with front matter"),
        (f"---\n{header('ask')}\n---\n$a $b\n", r"used but not declared: \['b'\]"),
        (f"---\n{header('ask', '[a, c]')}\n---\n$a\n", r"declared but not used: \['c'\]"),
        (
            f"---\n{header('ask', reply='Nothing')}\n---\n$a\n",
            "unknown reply 'Nothing'; one of TaskProposals",
        ),
        (f"---\n{header('other')}\n---\n$a\n", "its id is 'other'; the id must be the file's name, 'ask'"),
        (f"---\n{header('ask', subject='b')}\n---\n$a\n", "its subject 'b' is none of its variables"),
        (f"---\n{header('ask', include='ask')}\n---\n$a\n", "cannot include 'ask'"),
        (f"---\n{header('ask', include='gone')}\n---\n$a\n", "no prompt 'gone'; there are: ask"),
        (f"---\n{header('ask', surprise='1')}\n---\n$a\n", "front matter is wrong: .*surprise"),
        (f"---\n{header('ask')}\n---\nlost\n## user\n$a\n", "text stands before the first heading: 'lost'"),
        (f"---\n{header('ask')}\n---\n$a costs 5$\n", "a '\\$' is not followed by a variable's name"),
        ("---\nid: [\n---\n$a\n", "front matter is wrong"),
    ],
)
def test_malformed_prompts_are_rejected_with_the_place(tmp_path: Path, text: str, error: str) -> None:
    (tmp_path / "ask.md").write_text(text, encoding="utf-8")
    with pytest.raises(BadPrompt, match=f"(?s)prompt file 'ask.md': .*{error}"):
        load_prompt("ask", tmp_path)


def test_unknown_prompt_lists_those_there_are() -> None:
    with pytest.raises(BadPrompt, match=r"no prompt 'skil_reward'; there are: .*skill_reward"):
        load_prompt("skil_reward")


def test_every_reply_model_has_a_prompt_of_its_own_besides_repairs() -> None:
    again = ("_repair", "_more_tasks")
    first = [name for name in QUESTIONS if not name.endswith(again)]
    assert sorted(load_prompt(name).reply for name in first) == sorted(REPLIES)
    assert {load_prompt(name).reply for name in QUESTIONS} == set(REPLIES)


@pytest.mark.parametrize("name", QUESTIONS)
def test_shipped_prompts_begin_with_a_briefing_and_show_valid_examples(
    name: str, game: dict[str, str]
) -> None:
    prompt = load_prompt(name)
    filled = {variable: game.get(variable, "something") for variable in prompt.variables}
    system, user = prompt.render(**filled)
    assert (system.role, user.role) == ("system", "user")
    if {"manual", "actions"} <= set(prompt.variables):
        assert system == load_prompt("game_briefing").render(**game)[0]
    examples = re.findall(r"```json\n.*?```", user.content, re.DOTALL)
    assert examples or name.endswith("_repair")
    for example in examples:
        parse_reply(example, prompt.reply_type)


def test_prompt_files_speak_of_no_particular_game() -> None:
    for path in PROMPT_FOLDER.glob("*.md"):
        text = path.read_text(encoding="utf-8").lower()
        assert not re.search(r"crafter|nethack|minecraft|zombie|pickaxe", text), path.name


def test_game_variables_hold_manual_and_vocabulary(spec: GameSpec) -> None:
    variables = game_variables(spec)
    assert variables["facts"] == (
        "- berries (count): Berries carried.\n- near.fire (place): A fire is next to the player."
    )
    assert variables["manual"] == "Bushes carry berries. Tea is brewed at a fire; it costs $2."
    assert variables["seekable"] == "- bush: A bush with berries."
    assert variables["actions"] == "noop, north, pick, brew_tea"


def test_a_game_without_a_manual_is_an_error(spec: GameSpec) -> None:
    assert spec.manual is not None
    spec.manual.unlink()
    with pytest.raises(BadPrompt, match="the manual of game 'garden' cannot be read"):
        game_variables(spec)


def test_counts_text_does_not_depend_on_order() -> None:
    assert counts_text({"b": 1, "a": 2}) == counts_text({"a": 2, "b": 1}) == "a 2, b 1"
    assert counts_text({}) == "nothing"


def test_request_subject_is_the_named_variable(skill: dict[str, str]) -> None:
    assert build_request("skill_reward", skill).subject == "pick_berries"
