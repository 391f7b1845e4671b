import base64
import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.llm.keys import Secrets
from agent.records import redaction
from agent.records.journal import Journal
from agent.records.redaction import HIDDEN, redact, redact_keys, redact_record, register, shown
from envs.disk import Written

KEY = 'sk-Ab/9+x&Q7wZ"k3m0-Tn5vR2pL8'
NAMED = {"LAB_API_KEY": KEY}


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(redaction, "_registered", {})
    yield


FORMS = {
    "as it is": KEY,
    "in JSON": json.dumps(KEY),
    "in code": repr(KEY),
    "in an address": urllib.parse.quote(KEY, safe=""),
    "in a path": urllib.parse.quote(KEY),
    "in a form": urllib.parse.quote_plus(KEY),
    "on a page": KEY.replace("&", "&amp;").replace('"', "&quot;"),
    "in base64": base64.b64encode(KEY.encode()).decode(),
    "in base64, for addresses": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "behind a name, in base64": base64.b64encode(b"me:" + KEY.encode()).decode(),
    "behind a letter, in base64": base64.b64encode(b"u" + KEY.encode()).decode(),
    "behind two letters, in base64": base64.b64encode(b"u:" + KEY.encode() + b"more").decode(),
    "in hex": KEY.encode().hex(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_secret_is_hidden_in_every_form(form: str) -> None:
    hidden = redact(f"before {form} after", NAMED)
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    core = form.strip("\"'=")
    assert not any(core[i : i + 12] in hidden for i in range(len(core) - 11))


@pytest.mark.parametrize("kept", [16, 20, len(KEY) - 1])
def test_what_is_left_of_a_secret_after_cutting_is_hidden_too(kept: int) -> None:
    assert redact(f"bad key {KEY[:kept]}", NAMED) == f"bad key {HIDDEN}"
    assert redact(f"bad key {KEY[:kept]}...", NAMED) == f"bad key {HIDDEN}..."


def test_the_beginning_that_many_keys_share_is_no_secret() -> None:
    assert redact("keys begin with sk-Ab/9+", NAMED) == "keys begin with sk-Ab/9+"


def test_a_key_read_with_its_line_end_is_hidden() -> None:
    assert redact("x key-1234567 y", {"A_TOKEN": "key-1234567\n"}) == f"x {HIDDEN} y"


def test_a_short_key_is_hidden_where_it_stands_alone() -> None:
    assert redact("key sk-12, no ask-123", {"A_API_KEY": "sk-12"}) == f"key {HIDDEN}, no ask-123"
    assert redact("wood 12345 EMPTY", {"A_API_KEY": "EMPTY", "B_API_KEY": "12345"}) == "wood 12345 EMPTY"


@pytest.mark.parametrize("name", ["KEYBOARD_LAYOUT", "MONKEYS", "PLACE", "JOURNEYMAN_LIBRARY"])
def test_other_variables_are_no_secrets(name: str) -> None:
    assert redact("a long value", {name: "a long value"}) == "a long value"


@pytest.mark.parametrize(
    "name", ["OPENAI_API_KEY", "OPENAI_APIKEY", "MY_KEY", "DB_PASSWD", "hf_token", "KEY"]
)
def test_variables_named_like_secrets_are(name: str) -> None:
    assert redact("it is a-long-value", {name: "a-long-value"}) == f"it is {HIDDEN}"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("http://me:pw@host/v1", "http://***@host/v1"),
        ("http://host/v1?api_key=abc&n=3", "http://host/v1?api_key=***&n=3"),
        ("http://host/v1?n=3&access-token=abc", "http://host/v1?n=3&access-token=***"),
        ("Authorization: Bearer abcdefgh1234567890", "Authorization: Bearer ***"),
        ("the bearer of transubstantiation", "the bearer of transubstantiation"),
        ("me@host and a://b", "me@host and a://b"),
    ],
)
def test_what_can_only_be_a_secret_is_hidden(text: str, right: str) -> None:
    assert redact(text, {}) == right


def test_an_endless_word_is_looked_at_once() -> None:
    """Ten million characters: with a scan from every one of them this would not end."""
    text = "a" * 10_000_000 + "://?token@=bearer"
    assert redact(text, {}) == text


def test_names_of_fields_and_odd_values_are_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", KEY)
    record = {KEY: {"n": 3, "path": Path(f"/x/{KEY[:-1]}"), "all": (KEY, None, True, 0.5)}, 5: KEY}
    assert redact_record(record) == {
        HIDDEN: {"n": 3, "path": f"/x/{HIDDEN}", "all": [HIDDEN, None, True, 0.5]},
        5: HIDDEN,
    }


def test_an_exception_in_a_journal_is_redacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", KEY)
    with Journal(tmp_path / "events.jsonl", Written.EVENTS) as journal:
        journal.append({"kind": "crashed", "error": ValueError(f"bad key {KEY}"), KEY: 1})
    assert json.loads((tmp_path / "events.jsonl").read_text()) == {
        "kind": "crashed", "error": f"bad key {HIDDEN}", HIDDEN: 1,
    }  # fmt: skip


def test_a_key_of_a_dotenv_file_is_hidden_everywhere(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GROQ_API_KEY=from-file-9876543\nPLACE=not-secret-at-all\n")
    assert "from-file" in redact("from-file-9876543", {})
    Secrets(tmp_path / ".env", {})
    assert redact("from-file-9876543 not-secret-at-all", {}) == "[GROQ_API_KEY] not-secret-at-all"
    assert redact_record({"from-file-9876543": ["from-file-9876543"]}) == {
        "[GROQ_API_KEY]": ["[GROQ_API_KEY]"]
    }
    assert redact_keys("a from-file-9876543") == "a [GROQ_API_KEY]"


def test_a_key_that_was_required_is_hidden_whatever_its_name(tmp_path: Path) -> None:
    Secrets(tmp_path / "none", {"PPLX": "pplx-123456789"}).require("PPLX", "a test")
    assert redact("pplx-123456789", {}) == "[PPLX]"


def test_questions_do_not_depend_on_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a password that is a word would change the key under which an answer is recorded."""
    monkeypatch.setenv("GAME_PASSWORD", "diamonds")
    assert redact_keys("collect diamonds") == "collect diamonds"
    register({"GAME_KEY": "diamonds"})
    assert redact_keys("collect diamonds") == "collect [GAME_KEY]"


def test_what_is_shown_is_redacted_before_it_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_API_KEY", KEY)
    assert shown(f"\x1b[2Jbad {KEY}", 14) == f"\\x1b[2Jbad {HIDDEN}"
    assert "sk-" not in shown(f"{'x' * 10} {KEY}", 20)
