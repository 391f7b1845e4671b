"""Functions are loaded once per source, and dropped when too many others were asked for since."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent.play import code_shelf
from agent.play.code_shelf import CodeShelf
from agent.play.kit import GuardCode, Kit
from agent.play.kit_code import KitCode
from envs.registry import game_spec
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected
from tests.agent.play.test_jobs import kit_of, walk

SPEC = game_spec("toy")
HUNGRY = "def guard(facts, remaining):\n    return 'eat' if facts['wood'] < 2 else ''\n"


@pytest.fixture
def shelf() -> Iterator[CodeShelf]:
    shelf = CodeShelf()
    yield shelf
    shelf.close()


def kit(source: str, ranking: tuple[str, ...]) -> Kit:
    return replace(kit_of(walk("up")), guard=GuardCode(source=source, ranking=ranking))


def test_a_key_is_loaded_once_and_failures_are_not_kept(shelf: CodeShelf) -> None:
    loads: list[int] = []

    def load(sandbox: Sandbox) -> int:
        loads.append(1)
        if len(loads) == 1:
            raise CodeRejected("not yet")
        return len(loads)

    with pytest.raises(CodeRejected):
        shelf.get("a", load)
    assert [shelf.get("a", load), shelf.get("a", load)] == [2, 2]
    assert shelf.get("b", load) == 3


def test_what_was_not_asked_for_lately_is_dropped(shelf: CodeShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_shelf, "MOST_LOADED", 2)
    loads: list[str] = []

    def get(key: str) -> None:
        shelf.get(key, lambda sandbox: loads.append(key) or key)

    for key in "abacab":
        get(key)
    assert loads == ["a", "b", "c", "b"]


def test_kits_with_equal_code_share_it_and_others_do_not(
    shelf: CodeShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    run = Sandbox.run_unbounded

    def counted(self: Sandbox, code: str, entry: str, inputs: dict[str, object]) -> object:
        calls.append(entry)
        return run(self, code, entry, inputs)

    monkeypatch.setattr(Sandbox, "run_unbounded", counted)
    facts = dict.fromkeys(SPEC.fact_index, 0)
    for _ in range(2):
        guard = KitCode(kit(HUNGRY, ("eat",)), SPEC, shelf).guard
        assert guard is not None and guard(facts, 9) == "eat"
    asked = len(calls)
    assert asked > 0
    guard = KitCode(kit(HUNGRY, ("eat", "drink")), SPEC, shelf).guard
    assert guard is not None and guard(facts, 9) == "eat"
    assert len(calls) > asked  # another ranking is another function
    other = KitCode(kit(HUNGRY.replace("'eat'", "'drink'"), ("eat", "drink")), SPEC, shelf).guard
    assert other is not None and other(facts, 9) == "drink"


def test_only_a_shelf_of_its_own_is_closed(shelf: CodeShelf, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[Sandbox] = []
    monkeypatch.setattr(Sandbox, "close", lambda self: closed.append(self))
    KitCode(kit(HUNGRY, ("eat",)), SPEC, shelf).close()
    assert closed == []
    KitCode(kit(HUNGRY, ("eat",)), SPEC).close()
    assert len(closed) == 1
