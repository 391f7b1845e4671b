import io
import logging
import os

import pytest
from rich.console import Group
from rich.progress import Progress, TextColumn
from rich.table import Table
from rich.text import Text

from agent.cli.output import PlainFormatter, escaped
from agent.cli.terminal import LONGEST_MESSAGE, LONGEST_RESULT, OutputClosed, Terminal, fitted
from agent.errors import OutputFailed

EVIL = "\x1b]0;title\x07 \x1b[2J [link=http://x]y[/link] [/nothing] :smile: \u202e \x9b2J \r"
SHOWN = r"\x1b]0;title\x07 \x1b[2J [link=http://x]y[/link] [/nothing] :smile: \u202e \x9b2J \r"
KEY = "sk-do-not-tell-0123456789"


def shown(*what: object, width: int = 200, **settings: object) -> str:
    stream = io.StringIO()
    Terminal(stream, width=width).print(*what, **settings)  # type: ignore[arg-type]
    return stream.getvalue()


def table(*rows: tuple[str, ...], title: str | None = None) -> Table:
    made = Table("skill", "needs", "success", title=title)
    for row in rows:
        made.add_row(*row)
    return made


ROWS = (
    ("collect_sapling", "wood 2, near.bench 1, and much more that is said here in words", "9 of 10"),
    ("build_bench", "", "10 of 10"),
)


@pytest.mark.parametrize(
    "what",
    [
        EVIL,
        Text(EVIL),
        Group(EVIL, Text(EVIL)),
        table((EVIL, "", "")),
        table(("a long line so that the title has room", "", ""), title=EVIL),
        ValueError(EVIL),
    ],
    ids=["text", "rich text", "group", "cell", "title", "object"],
)
def test_foreign_text_is_made_harmless_wherever_it_stands(what: object) -> None:
    text = shown(what)
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(text)
    for word in ("[link=http://x]y[/link]", "[/nothing]", ":smile:"):
        assert word in text


def test_markup_is_not_read_even_when_it_is_asked_for() -> None:
    assert shown(EVIL, markup=True, emoji=True) == f"{SHOWN}\n"


def test_a_bar_shows_its_description_as_it_is() -> None:
    stream = io.StringIO()
    console = Terminal(stream, width=200, force_terminal=True, color_system=None)
    with Progress(TextColumn("{task.description}", markup=False), console=console) as bar:
        bar.add_task(EVIL)
    assert "\x1b]0;" not in stream.getvalue()
    assert "[link=http://x]y[/link]" in stream.getvalue()


def test_secrets_are_hidden_and_long_texts_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", KEY)
    assert shown(f"bad {KEY}") == "bad ***\n"
    assert KEY not in shown(table((KEY, f"x{KEY}", "")))
    assert len(shown("x" * 10_000_000, soft_wrap=True)) < LONGEST_RESULT + 100
    stream = io.StringIO()
    Terminal(stream, remarks=True).print("x" * 10_000_000, soft_wrap=True)
    assert len(stream.getvalue()) < LONGEST_MESSAGE + 100


def test_a_wide_table_is_left_as_it_is() -> None:
    lines = shown(table(*ROWS)).splitlines()
    assert len(lines) == 6
    assert "and much more that is said here in words" in lines[3]


@pytest.mark.parametrize("width", range(44, 90, 3))
def test_no_word_of_a_table_is_broken(width: int) -> None:
    text = shown(table(*ROWS), width=width)
    assert max(map(len, text.splitlines())) <= width
    for word in " ".join(cell for row in ROWS for cell in row).split():
        assert word in text
    assert "collect_sapling" in text
    assert "…" not in text


def test_a_table_too_wide_is_told_row_by_row() -> None:
    text = shown(table(*ROWS, title="Skills"), width=30)
    assert text.splitlines()[:3] == ["Skills", "", "skill: collect_sapling"]
    assert "skill: build_bench\nsuccess: 10 of 10\n" in text


def test_an_endless_word_is_folded_in_its_cell() -> None:
    text = shown(table(("x" * 300, "y", "z")), width=80)
    assert text.count("x") == 300
    assert max(map(len, text.splitlines())) <= 80


def test_a_table_without_rows_or_columns() -> None:
    console = Terminal(io.StringIO(), width=20)
    assert isinstance(fitted(table(), console), Table)
    assert isinstance(fitted(Table(), console), Table)


def test_what_is_written_to_no_terminal_is_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = io.StringIO()
    Terminal(stream).print(table(("a " * 100, "b " * 100, "c")))
    assert len(stream.getvalue().splitlines()) == 5


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_every_character_has_a_spelling(encoding: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    console = Terminal(stream, width=100)
    console.print(table(("ü", "57.3 ± 2 × … →", "中"), title="é"))
    console.print("ü ± 中")
    stream.flush()
    text = raw.getvalue().decode(encoding)
    assert text.strip()
    if encoding == "ascii":
        assert "57.3 +- 2 x ... ->" in text
        assert r"\xfc" in text
    if encoding == "utf-8":
        assert "57.3 ± 2 × … →" in text


class Gone(io.StringIO):
    """A pipe whose reader has gone, or a full disk."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_results_that_nobody_reads_are_told_apart_from_a_full_disk() -> None:
    with pytest.raises(OutputClosed):
        Terminal(Gone(BrokenPipeError())).print("x")
    console = Terminal(Gone(OSError(28, "No space left on device")))
    with pytest.raises(OutputFailed, match="the results cannot be written: No space left on device"):
        console.print("x")


def test_messages_that_nobody_reads_are_left_out() -> None:
    for error in (BrokenPipeError(), OSError(28, "No space left on device")):
        console = Terminal(Gone(error), remarks=True)
        console.print("x")
        console.print("y")


def test_lines_of_the_log_are_made_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", KEY)
    record = logging.LogRecord("a", logging.INFO, "f", 1, "bad %s %s", (KEY, EVIL), None)
    text = PlainFormatter("%(name)s: %(message)s").format(record)
    assert text == f"a: bad *** {SHOWN}"
    record = logging.LogRecord("a", logging.INFO, "f", 1, "x" * 10_000_000, (), None)
    assert len(PlainFormatter().format(record)) < 3_000


def test_documents_are_escaped() -> None:
    assert escaped('{"a": 1}') == '{"a": 1}'
    assert escaped('{\n "\x7f": "ü\ud800\U000e0041"\n}') == '{\n "\\u007f": "ü\\ud800\\udb40\\udc41"\n}'


def test_a_logged_error_says_what_it_was_however_deep_it_came_from() -> None:
    def deep(left: int) -> None:
        if left:
            deeper(left - 1)
        raise ValueError("the cause")

    def deeper(left: int) -> None:
        deep(left)

    with pytest.raises(ValueError, match="the cause") as caught:
        deep(60)
    record = logging.LogRecord("web", logging.ERROR, "", 0, "broken", (), caught._excinfo)
    text = PlainFormatter("%(name)s: %(message)s").format(record)
    assert text.startswith("web: broken\nTraceback")
    assert text.endswith("ValueError: the cause")


@pytest.mark.parametrize("size", [(0, 0), (80, 0), (0, 24), (57, 20)])
def test_a_terminal_that_tells_no_size_is_written_to_all_the_same(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pseudo-terminal that nobody gave a size has 0 columns; nothing was printed there."""
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("os.get_terminal_size", lambda _: os.terminal_size(size))

    class Dumb(io.StringIO):
        def isatty(self) -> bool:
            return True

        def fileno(self) -> int:
            return 1

    stream = Dumb()
    console = Terminal(stream)
    assert console.is_dumb_terminal
    console.print(table(*ROWS))
    console.print("understood as: 1 gem", soft_wrap=True)
    assert "collect_sapling" in stream.getvalue()
    assert "understood as: 1 gem" in stream.getvalue()
    assert (console.width == 57) == (size == (57, 20))


def test_a_row_that_is_told_by_itself_has_no_empty_headings() -> None:
    made = Table("", "fact", "claimed")
    made.add_row("brings", "a fact of thirty-one characters", "1")
    made.add_row("", "another", "")
    text = shown(made, width=20)
    assert "\nbrings\nfact: a fact" in text
    assert text.endswith("\n\nfact: another\n")
    pairs = Table("", "", title="Figures")
    pairs.add_row("looks for", "things with names that are long_and_in_one_word_without_end")
    pairs.add_row("alone", "")
    told = shown(pairs, width=20).replace("\n", " ")
    assert "looks for: things" in told
    assert told.endswith(" alone ")
    assert " : " not in told
