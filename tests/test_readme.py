"""What the documents tell people to type exists, parses and, where that is quick, runs."""

import re
import shlex
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.cli import main
from agent.cli.app import command as command_tree
from agent.config import PRESETS, PracticeConfig
from agent.evaluation.suites.suite import load_suite, suite_names
from agent.llm.answer_pack import shipped_pack
from agent.llm.estimate import estimate_live_practice
from agent.llm.vocabulary import game_variables
from envs.registry import game_spec

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
RESULTS = ROOT / "docs" / "results.md"
STARTER = ROOT / "skills" / "library" / "crafter" / "README.md"
DOCUMENTS = [
    README,
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "runs" / "README.md",
    STARTER,
]
TREE = "agent|envs|planners|skills|tests|docs|runs"
TECH_TREE = "tests/planners/tech_tree.yaml"


def fenced(text: str) -> list[str]:
    """The contents of all fenced blocks that name no language."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for language, content in found if not language]


def command_lines(path: Path) -> Iterator[str]:
    """Every ``journeyman ...`` in fenced blocks and code spans, without comments."""
    text = path.read_text(encoding="utf-8")
    lines = [
        line.strip().removeprefix("$ .venv/bin/") for block in fenced(text) for line in block.splitlines()
    ]
    lines += re.findall(r"`(journeyman [^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
    yield from dict.fromkeys(line for line in lines if line.startswith("journeyman "))


ROOT_OPTIONS = {"--help", "--install-completion"}
ALL_COMMANDS = [(path, line) for path in DOCUMENTS for line in command_lines(path)]


def parse(line: str) -> dict[str, Any]:
    """The parameters of the command that a line calls; raises a usage error where the command line would."""
    words = shlex.split(line, comments=True)[1:]
    command: Any = command_tree()
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if hasattr(command, "commands") and words and not words[0].startswith("-"):
        raise ValueError(f"No such command {words[0]!r}")
    parameters: dict[str, Any] = command.make_context(command.name, words).params
    return parameters


def test_the_documents_hold_enough_commands_to_be_worth_a_test() -> None:
    called = {line.split()[1] for _, line in ALL_COMMANDS}
    assert called >= {"practice", "solve", "plan", "graph", "skills", "eval", "runs", "doctor"}
    assert len(ALL_COMMANDS) > 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "line"),
    ALL_COMMANDS,
    ids=[f"{path.name}:{line.partition('  ')[0]}" for path, line in ALL_COMMANDS],
)
def test_a_command_parses(path: Path, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("envs.workers.cluster.address.require_ray", lambda _: None)  # it may not be here
    if len(line.split()) == 2:  # a command named, not called
        commands: Any = command_tree()
        assert line.split()[1] in {*commands.commands, *ROOT_OPTIONS}
        return
    parameters = parse(line)
    suite = parameters.get("suite", "")
    if suite.islower() and suite != "judge" and not suite.endswith(".toml"):  # one's own suite
        load_suite(suite)
    if parameters.get("preset"):
        assert (PRESETS / f"practice.{parameters['preset']}.toml").is_file()


@pytest.mark.parametrize(
    "line", ["journeyman solve", "journeyman plan x --nonsense", "journeyman nonsense x"]
)
def test_the_parser_of_this_test_refuses_what_the_command_line_refuses(line: str) -> None:
    with pytest.raises(Exception, match=r"Missing parameter|No such option|unexpected extra|No such command"):
        parse(line)


@pytest.mark.slow
def test_the_graph_commands_run_in_the_order_in_which_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / TECH_TREE).parent.mkdir(parents=True)
    shutil.copy(ROOT / TECH_TREE, tmp_path / TECH_TREE)
    shutil.copy(ROOT / TECH_TREE, tmp_path / "skills.yaml")
    lines = [line for _, line in ALL_COMMANDS if re.search(r"graph import \S+ --output|--graph \S+", line)]
    assert len(lines) >= 5
    for line in lines:
        assert main(shlex.split(line, comments=True)[1:]) == 0, (line, capsys.readouterr().err)
    assert '"furnace_nearby"' in capsys.readouterr().out
    assert "furnace_nearby" in (tmp_path / "graph.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_python_of_the_readme_runs_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(
        r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(code.splitlines()) <= 20
    exec(compile(code, README.name, "exec"), {"__name__": "example"})
    out = capsys.readouterr().out
    assert out.startswith("['collect_wood: ")
    assert " of 2: ('collect_wood', " in out


@pytest.mark.parametrize("command", sorted({line.split()[1] for _, line in ALL_COMMANDS} - ROOT_OPTIONS))
def test_help_of_every_command_named(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help"]) == 0
    assert f"journeyman {command}" in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_doctor_finds_the_toy_game_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["doctor", "--game", "toy", "--json"]) == 0
    assert '"ok": true' in capsys.readouterr().out


def test_make_targets_exist() -> None:
    rules = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS)
    named = set(re.findall(r"`make ([a-z-]+)`", text))
    assert {"practice", "test"} <= named <= rules


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_path_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    spans = re.findall(rf"`((?:{TREE})/[\w./-]*)`", text) + re.findall(r"`([A-Z]+\.md|Makefile)`", text)
    missing = [span for span in spans if not (ROOT / span).exists()]
    missing = [span for span in missing if not span.startswith("runs/")]  # runs are made, not shipped
    assert missing == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        page = path.parent / file if file else path
        assert page.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [
                re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
            ]
            assert anchor in slugs, target


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_machine_or_package_host_is_named(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"(?<![\w.])/(?:work|root|home|tmp|Users)\b", text) == []
    assert re.findall(r"pypi|pythonhosted|anaconda|artifactory|localhost", text, re.IGNORECASE) == []


def test_placeholders_stand_only_where_figures_are_to_come() -> None:
    results = README.read_text(encoding="utf-8").split("## Results")[1].split("## Limits")[0]
    for path in DOCUMENTS:
        if path != STARTER:
            found = path.read_text(encoding="utf-8").count("TO BE MEASURED")
            assert found == (results.count("TO BE MEASURED") if path == README else 0), path


def test_the_defaults_of_practice_are_those_in_the_readme() -> None:
    text, config = README.read_text(encoding="utf-8"), PracticeConfig()
    assert f"{config.minutes:g} minutes or {config.budget_steps:,} game steps" in text
    assert f"`--max-calls` ({config.max_calls})" in text
    assert f"`--max-tokens` ({config.max_tokens:,})" in text
    assert config.max_usd is None
    quick = tomllib.loads((PRESETS / "practice.quick.toml").read_text(encoding="utf-8"))
    assert quick["minutes"] == 5  # "five minutes"


def test_the_estimate_of_a_live_practice_is_the_one_in_the_readme() -> None:
    text, pack = README.read_text(encoding="utf-8"), shipped_pack("crafter")
    skills = [answer for answer in pack if answer.request.prompt_id == "skill_effects"]
    estimate = estimate_live_practice(len(skills), game_variables(game_spec("crafter")))
    assert f"asks ({len(skills)} skills)" in text
    assert f"at most {estimate.calls} |" in text
    assert f"at most {estimate.calls_with_repairs} |" in text
    assert f"holds {len(pack)} answers" in text
    for label, tokens in (("in", estimate.usage.input_tokens), ("out", estimate.usage.output_tokens)):
        told = [int(n.replace(",", "")) for n in re.findall(r"about ([\d,]+) (?=\|)", text)]
        assert any(abs(n - tokens) < 0.1 * tokens for n in told), (label, tokens, told)


def test_published_figures_are_those_of_the_suites() -> None:
    rows = re.findall(r"^\| Crafter (score|progress), ([^|`]+) \| ([\d.]+)", RESULTS.read_text("utf-8"), re.M)
    names = {
        "human experts": "Human experts", "SPRING with GPT-4": "SPRING (GPT-4)",
        "DLLM with GPT-4": "DLLM (GPT-4)", "random": "Random",
    }  # fmt: skip
    figures = {f"crafter-{metric}": (metric, who, float(value)) for metric, who, value in rows}
    published = [suite for name in suite_names() if (suite := load_suite(name)).figures]
    assert set(figures) == {suite.name for suite in published if suite.game == "crafter"}
    for metric, who, value in rows:
        suite = load_suite(f"crafter-{metric}")
        values = {figure.label: figure.value for figure in suite.figures}
        assert values[names.get(who, who)] == float(value), who
