import ast
import contextlib
import os
import pickle
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from skills.code.sandbox import Sandbox, SandboxLimits
from skills.code.source_check import check_fact_names, check_source, facts_read
from skills.errors import CodeExhausted, CodeRejected, SandboxUnavailable

PAIR = ("before", "after")


PATIENT = SandboxLimits(seconds=60.0)
"""Time enough on the busiest machine: another limit, or none, is what a test is about."""


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(PATIENT) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hasty():
    """For code that never ends."""
    with Sandbox(SandboxLimits(seconds=0.2)) as sandbox:
        yield sandbox


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "def reward(before, after:\n    return 1",
            "reward: syntax error in line 1: '(' was never closed: def reward(before, after:",
        ),
        (
            "def rewards(before, after):\n    return 1",
            "reward: the code must define def reward(before, after) at its top level; it defines rewards",
        ),
        (
            "x = 1",
            "reward: the code must define def reward(before, after) at its top level; "
            "it defines no function at all",
        ),
        (
            "async def reward(b, a):\n    return 1",
            "reward: the code must define def reward(before, after) at its top level; "
            "it defines async reward",
        ),
        (
            "def reward(facts):\n    return 1",
            "reward: the code has def reward(facts); it must be def reward(before, after)",
        ),
        (
            "def reward(*args):\n    return 1",
            "reward: the code has def reward(*args); it must be def reward(before, after)",
        ),
        (
            "import os\ndef reward(b, a):\n    return 1",
            "reward: import of 'os' in line 1 is refused; only math can be imported",
        ),
        (
            "def reward(b, a):\n    from os import path\n    return 1",
            "reward: import of 'os' in line 2 is refused; only math can be imported",
        ),
        (
            "def reward(b, a):\n    return open('/etc/passwd').read()",
            "reward: open in line 2 is refused; use only the function's parameters, plain Python and math",
        ),
        (
            "x = 1 / 0\ndef reward(b, a):\n    return 1",
            "reward: line 1 (x = 1 / 0): ZeroDivisionError: division by zero",
        ),
        (
            "def reward(b, a):\n    yield 1",
            "reward: line 2 (yield 1): NotImplementedError: the sandbox's Python does not yet support "
            "yield expressions",
        ),
        (
            "def reward(b, a):\n    return 1\n\0",
            "reward: syntax error: source code string cannot contain null bytes",
        ),
        (
            f"x = {'-' * 5000}1\ndef reward(b, a):\n    return 1",
            "reward: the code is nested too deeply; write it as plain statements",
        ),
        ("#" * 20_001, "reward: the code has 20001 characters; at most 20000 are taken"),
    ],
)
def test_code_that_cannot_be_loaded(sandbox, source, message):
    with pytest.raises(CodeRejected) as error:
        sandbox.load(source, "reward", PAIR)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return [0] * 10**9", "reward: exceeded the memory limit of 50 MB"),
        ("return 10**10**10", "reward: exceeded the memory limit of 50 MB"),
        ("return reward(b, a)", "reward: calls itself more than 100 levels deep"),
        ("return b['wod']", "reward: line 2 (return b['wod']): KeyError: no such name 'wod'"),
        (
            "return b.wood",
            "reward: line 2 (return b.wood): AttributeError: 'dict' object has no attribute 'wood'",
        ),
        ("return 1 / 0", "reward: line 2 (return 1 / 0): ZeroDivisionError: division by zero"),
        ("raise ValueError('no')", "reward: line 2 (raise ValueError('no')): ValueError: no"),
        (
            "return ().__class__.__bases__",
            "reward: line 2 (return ().__class__.__bases__): AttributeError: "
            "'tuple' object has no attribute '__class__'",
        ),
    ],
)
def test_code_that_fails_when_called(sandbox, body, message):
    function = sandbox.load(f"def reward(b, a):\n    {body}", "reward", PAIR)
    with pytest.raises(CodeRejected) as error:
        function({"wood": 1}, {"wood": 2})
    assert str(error.value) == message
    assert sandbox.load("def reward(b, a): return 7", "reward", PAIR)({}, {}) == 7


class TestTimeLimit:
    message = "reward: exceeded the time limit of 0.2 s; is there a loop without end?"

    def test_while_loading(self, hasty):
        with pytest.raises(CodeRejected) as error:
            hasty.load("while True:\n    pass\ndef reward(b, a):\n    return 1", "reward", PAIR)
        assert str(error.value) == self.message

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "body",
        ["while True: pass", "\n    try:\n        while True: pass\n    except BaseException: return 1"],
    )
    def test_while_called(self, sandbox, hasty, body):
        # Loaded with time enough and called with little, so that only the call can take too long.
        loaded = sandbox.load(f"def reward(b, a):\n    {body}", "reward", PAIR)
        with pytest.raises(CodeRejected) as error:
            replace(loaded, sandbox=hasty)({"wood": 1}, {"wood": 2})
        assert str(error.value) == self.message
        assert sandbox.load("def reward(b, a): return 7", "reward", PAIR)({}, {}) == 7


COUNT = "def f(x):\n    n = 0\n    while n < x: n += 1\n    return n"


class TestBusyMachine:
    """The interpreter is told a time on the wall far too short, as if others had had the processor."""

    limits = SandboxLimits(seconds=0.001, patience_seconds=3600.0)

    def test_a_call_that_did_not_have_its_time_is_made_again_with_longer_to_wait(self):
        with Sandbox(self.limits, clock=lambda pid: 0.0) as sandbox:
            assert sandbox.load(COUNT, "f", ("x",))(100_000) == 100_000

    def test_a_call_that_had_its_time_is_too_slow(self):
        ticks = iter(range(1000))
        with (
            Sandbox(self.limits, clock=lambda pid: float(next(ticks))) as sandbox,
            pytest.raises(CodeExhausted, match=r"^f: exceeded the time limit of 0\.001 s"),
        ):
            sandbox.run(f"{COUNT}\nf(100_000)", "f", {})

    def test_where_nobody_knows_the_processor_time_that_on_the_wall_counts(self):
        with (
            Sandbox(self.limits, clock=lambda pid: None) as sandbox,
            pytest.raises(CodeExhausted, match=r"^f: exceeded the time limit of 0\.001 s"),
        ):
            sandbox.run(f"{COUNT}\nf(100_000)", "f", {})

    def test_the_calls_of_one_test_are_counted_in_processor_time(self):
        ticks = iter(range(1000))
        with Sandbox(PATIENT, clock=lambda pid: float(next(ticks))) as sandbox, sandbox.within(2.0):
            assert [sandbox.run("7", "f", {}) for _ in range(2)] == [7, 7]
            with pytest.raises(CodeExhausted, match="all calls of one test together take too long"):
                sandbox.run("7", "f", {})

    def test_code_that_says_itself_that_its_time_is_up_is_believed_to_have_failed(self, sandbox):
        with pytest.raises(CodeRejected, match="TimeoutError: feed time limit exceeded"):
            sandbox.run("raise TimeoutError('feed time limit exceeded: 2s > 1s')", "f", {})


@pytest.mark.slow
def test_what_is_printed_counts_when_the_code_has_ended():
    """Or when its time is up, as here: two seconds are enough for 66 lines on the busiest machine."""
    with Sandbox(SandboxLimits(seconds=2.0)) as sandbox:
        function = sandbox.load("def reward(b, a):\n    while True: print('x' * 1000)", "reward", PAIR)
        with pytest.raises(CodeRejected) as error:
            function({}, {})
    assert str(error.value) == "reward: printed more than 65536 bytes; it should print nothing"


def test_a_function_sees_its_arguments_and_math(sandbox):
    source = "import math\ndef reward(before, after):\n    return math.sqrt(after['wood'] - before['wood'])"
    assert sandbox.load(source, "reward", PAIR)({"wood": 1}, {"wood": 10}) == 3.0


def test_no_state_survives_a_call_and_functions_do_not_see_each_other(sandbox):
    source = "n = 0\ndef reward(b, a):\n    global n\n    n += 1\n    return n"
    counter = sandbox.load(source, "reward", PAIR)
    assert (counter({}, {}), counter({}, {})) == (1, 1)
    other = sandbox.load("def reward(b, a): return n", "reward", PAIR)
    with pytest.raises(CodeRejected, match="NameError: name 'n' is not defined"):
        other({}, {})


def test_batches_build_the_dictionaries_from_numbers(sandbox):
    source = "def f(before, after, steps): return [before, after, steps]"
    batch = sandbox.load(source, "f", ("before", "after", "steps")).batched([["a"], ["a", "b.c"], None])
    assert batch.width == 4
    assert batch([1, 2, 3, 4, 5, 6, 7, 8], 2) == [
        [{"a": 1}, {"a": 2, "b.c": 3}, 4],
        [{"a": 5}, {"a": 6, "b.c": 7}, 8],
    ]
    assert batch([], 0) == []


@pytest.mark.parametrize("width", [250, 251, 520])
def test_batches_deal_out_more_facts_than_a_call_takes_arguments(sandbox, width):
    source = "def f(before, after): return [before['f0'], after['last'], sum(before.values())]"
    names = [f"f{i}" for i in range(width - 1)]
    batch = sandbox.load(source, "f", ("before", "after")).batched([names, ["last"]])
    rows = [list(range(start, start + width)) for start in (0, 1000)]
    assert batch(rows[0] + rows[1], 2) == [[row[0], row[-1], sum(row[:-1])] for row in rows]


def test_batches_of_functions_without_inputs_and_of_one_input(sandbox):
    assert sandbox.load("def f(x): return 5", "f", ("x",)).batched([[]])([], 3) == [5, 5, 5]
    assert sandbox.load("def f(x): return x", "f", ("x",)).batched([None])([4, 6], 2) == [4, 6]


def test_code_that_tampers_with_the_dealing_out_of_rows(sandbox):
    for line in (
        "def zip(*a): return []",
        "import math as type",
        "[(set := 3) for i in range(2)]",
        "def g():\n    global input_checked\n    input_checked = None",
    ):
        with pytest.raises(
            CodeRejected,
            match=r"^f: (the code must not redefine (zip|type|set)$|input_checked in line 3 is refused)",
        ):
            sandbox.load(f"{line}\ndef f(x): return x", "f", ("x",))
    own = "def f(x):\n    type = list = x\n    return type + list"  # names inside a function are its own
    assert sandbox.load(own, "f", ("x",)).batched([None])([4, 6], 2) == [8, 12]


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_the_call_repeated(sandbox):
    def kill():
        time.sleep(0.1)
        os.kill(pid, 9)

    slow = sandbox.load("def f(x):\n    n = 0\n    while n < x: n += 1\n    return n", "f", ("x",))
    with Sandbox(PATIENT) as patient:
        function = patient.load(slow.source, "f", ("x",))
        pid = _worker_pid(patient)
        killer = threading.Thread(target=kill)
        killer.start()
        assert function(3_000_000) == 3_000_000
        killer.join()
        assert _worker_pid(patient) != pid


def _worker_pid(sandbox):
    with sandbox._started().checkout() as session:
        return session.worker_pid


def test_a_sandbox_that_cannot_start_says_so(monkeypatch):
    monkeypatch.setenv("MONTY_BIN", "/nonexistent/monty")
    with pytest.raises(SandboxUnavailable, match=r"the sandbox cannot start: .*/nonexistent/monty"):
        Sandbox().load("def f(x): return x", "f", ("x",))


def test_a_closed_sandbox_starts_again(sandbox):
    again = Sandbox()
    function = again.load("def f(x): return x", "f", ("x",))
    again.close()
    again.close()
    assert function(1) == 1
    again.close()


def test_a_copy_in_another_process_keeps_the_limits():
    copy = pickle.loads(pickle.dumps(Sandbox(SandboxLimits(seconds=3.0))))
    assert copy.limits.seconds == 3.0


def test_a_forked_process_is_told_that_it_cannot_use_the_sandbox(sandbox):
    function = sandbox.load("def f(x): return x + 1", "f", ("x",))
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            function(1)
        except SandboxUnavailable as error:
            os.write(write, str(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    message = os.read(read, 1000).decode()
    assert f"process {child} was forked after process {os.getpid()} had started a sandbox" in message
    assert function(1) == 2


def test_no_module_of_ours_runs_model_text():
    folder = Path(__file__).parents[3] / "skills" / "code"
    files = list(folder.glob("*.py"))
    assert len(files) > 5
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"exec", "eval", "compile", "__import__"}
            if isinstance(node, ast.Import):
                assert all(alias.name not in {"pickle", "marshal", "cloudpickle"} for alias in node.names)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return after['wood'] - before.get('wood', 0)", {"wood"}),
        ("return 'stone' in after and 'wood' not in before", {"stone", "wood"}),
        ("return 1.0", set()),
        ("return sum(after.values())", None),
        ("k = 'wood'\n    return after[k]", None),
        ("return after.get('near.' + 'table')", None),
        ("return helper(after)", None),
        ("before = 3\n    return before", None),
        ("def gain(n): return after[n]\n    return gain('wood')", None),
        ("return before['a'] + [after['b'] for _ in (1,)][0]", {"a", "b"}),
    ],
)
def test_facts_read(body, expected):
    function = check_source(f"def reward(before, after):\n    {body}", "reward", PAIR)
    found = [facts_read(function, parameter) for parameter in (0, 1)]
    assert (None if None in found else found[0] | found[1]) == expected


def test_unknown_facts_are_all_named_with_suggestions():
    with pytest.raises(CodeRejected) as error:
        check_fact_names("reward", ["wod", "wood", "zzz"], ["wood", "stone"])
    assert str(error.value) == "reward: the game has no fact 'wod'; did you mean 'wood'?, 'zzz'"


def test_calls_of_one_test_have_a_time_together(sandbox):
    function = sandbox.load("def f(x): return x", "f", ("x",))
    with sandbox.within(3600.0):
        assert function(1) == 1
    with sandbox.within(0.0), pytest.raises(CodeExhausted, match=r"^f: all calls of one test together take"):
        function(1)
    assert function(1) == 1  # the time is that of the block


def test_values_that_cannot_be_passed_on_are_the_codes_fault(sandbox, monkeypatch):
    for value in ("\ud800", {3: object()}):
        with pytest.raises(CodeRejected, match=r"^f: (Value|Type)Error"):
            sandbox.run("x", "f", {"x": value})

    class Session(contextlib.nullcontext):
        worker_pid = None

        def checkout(self, **limits):
            return self

        def feed_run(self, code, **rest):
            raise self.error("so it is")

    broken, session = Sandbox(), Session()
    session.enter_result = session
    monkeypatch.setattr(broken, "_started", lambda: session)
    for error in (OverflowError, RecursionError, MemoryError, KeyError, UnicodeError):
        session.error = error
        with pytest.raises(CodeRejected, match=error.__name__):
            broken.run("x", "f", {})
    for session.error in (RuntimeError, OSError):
        with pytest.raises(SandboxUnavailable, match="the sandbox does not work: so it is"):
            broken.run("x", "f", {})


def test_rejections_are_short_and_printable_whoever_writes_them():
    for text in ("x" * 10_000, "\x1b]0;x\x07" * 10_000, "a\nb"):
        error = CodeRejected(text)
        assert len(str(error)) <= CodeRejected.LONGEST and str(error).isprintable()
        assert str(pickle.loads(pickle.dumps(error))) == str(CodeRejected(str(error))) == str(error)
    assert str(CodeRejected("x" * CodeRejected.LONGEST)) == "x" * CodeRejected.LONGEST


class Interrupting:
    """A finder of modules, asked by the sandbox on its way, that has this process asked to end."""

    asked = 0

    def find_spec(self, name, path=None, target=None):
        self.asked += 1
        os.kill(os.getpid(), signal.SIGTERM)


def test_an_interruption_within_a_call_is_not_lost(sandbox, monkeypatch):
    function = sandbox.load("def reward(before, after):\n    return 1.0", "reward", ("before", "after"))
    finder = Interrupting()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    try:
        with pytest.raises(KeyboardInterrupt):
            function({}, {})
    finally:
        signal.signal(signal.SIGTERM, before)
    assert finder.asked
