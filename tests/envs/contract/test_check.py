"""`check_game` finds what is broken: toy games with one fault each, and the sentence that names it."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from envs.contract.check import Walk, check_game, require_valid
from envs.contract.check_snapshot import damages, snapshot_violations
from envs.contract.check_spec import spec_violations
from envs.errors import BadSnapshot, GameContractViolated
from envs.facts import EndStatus, FactSpec
from envs.registry import make_game
from envs.toy.game import ToyGame
from envs.toy.spec import ACTIONS, SPEC


@pytest.mark.slow
def test_the_toy_is_sound():
    assert check_game(ToyGame) == []
    assert check_game(lambda: ToyGame(hazards=True), Walk(steps=200, seeds=(3, 4, 5))) == []
    require_valid(ToyGame)


class MissingFact(ToyGame):
    def facts(self):
        return {k: v for k, v in super().facts().items() if k != "gem"}


class ExtraFact(ToyGame):
    def facts(self):
        return {**super().facts(), "luck": 1}


class NumpyFact(ToyGame):
    def facts(self):
        return {**super().facts(), "wood": np.int64(0)}


class FactOutOfRange(ToyGame):
    def _write_facts(self, out):
        super()._write_facts(out)
        out[0] = 10


class SameMapping(ToyGame):
    def facts(self):
        if not hasattr(self, "_shared"):
            self._shared = {}
        elif not self._shared:
            return self._shared
        self._shared.update(super().facts())
        return self._shared


class ValuesDisagree(ToyGame):
    def fact_values(self, out):
        super().fact_values(out)
        out[1] += 1


class ShortEncoding(ToyGame):
    def encode(self, focus, out):
        super().encode(focus, out)
        out[-2:] = np.nan


class LoudEncoding(ToyGame):
    def encode(self, focus, out):
        super().encode(focus, out)
        out[0] = -50


class InfiniteEncoding(ToyGame):
    def encode(self, focus, out):
        super().encode(focus, out)
        out[3] = np.inf


class FlickeringEncoding(ToyGame):
    calls = 0

    def encode(self, focus, out):
        super().encode(focus, out)
        self.calls += 1
        out[0] = self.calls % 2


class AnyFocus(ToyGame):
    def encode(self, focus, out):
        out[:] = 0


class Unseeded(ToyGame):
    copies = 0

    def reset(self, seed, max_steps=None):
        Unseeded.copies += 1
        super().reset(Unseeded.copies, max_steps)


class SeedIgnored(ToyGame):
    def reset(self, seed, max_steps=None):
        super().reset(0, max_steps)


class ForgetfulRestore(ToyGame):
    def restore(self, data):
        super().restore(data)
        self._facing = 0


class HalfSnapshot(ToyGame):
    """Leaves the squares out of the snapshot, which shows only in another object."""

    def restore(self, data):
        squares = self._meadow.squares()
        super().restore(data)
        self._meadow.load(squares)


class TextSnapshot(ToyGame):
    def snapshot(self):
        return super().snapshot().decode()


class TrustingRestore(ToyGame):
    def restore(self, data):
        try:
            super().restore(data)
        except Exception:
            self._steps += 1


class WrongRestoreError(ToyGame):
    def restore(self, data):
        try:
            super().restore(data)
        except Exception as error:
            raise KeyError("grid") from error


class WreckingRestore(ToyGame):
    def restore(self, data):
        self._steps += 1
        super().restore(data)


class TransposedFrame(ToyGame):
    def frame(self, size=(288, 288)):
        return super().frame(size).transpose(1, 0, 2)


class FloatFrame(ToyGame):
    def frame(self, size=(288, 288)):
        return super().frame(size) / 255


class DrawingMoves(ToyGame):
    def frame(self, size=(288, 288)):
        self._facing = (self._facing + 1) % 4
        return super().frame(size)


class Speechless(ToyGame):
    def caption(self):
        return "  "


class Endless(ToyGame):
    def reset(self, seed, max_steps=None):
        super().reset(seed, 1000)


class PlaysOn(ToyGame):
    def step(self, action):
        if self._status is not EndStatus.RUNNING:
            return self._status
        return super().step(action)


class WrongCount(ToyGame):
    @property
    def steps(self):
        return self._steps * 2


class AnyAction(ToyGame):
    def step(self, action):
        return super().step(action % len(ACTIONS))


class VagueAction(ToyGame):
    def step(self, action):
        if not 0 <= action < len(ACTIONS):
            raise ValueError("bad action")
        return super().step(action)


class ClosesOnce(ToyGame):
    closed = False

    def close(self):
        if self.closed:
            raise OSError("closed twice")
        self.closed = True


BROKEN = [
    (MissingFact, "facts: missing ['gem'], which the vocabulary has"),
    (ExtraFact, "facts: has ['luck'], which the vocabulary lacks"),
    (NumpyFact, "facts: 'wood' is of type int64, expected int"),
    (FactOutOfRange, "facts: 'wood' is 10, expected 0..9"),
    (SameMapping, "facts: returns the same mapping every time; return a fresh one"),
    (ValuesDisagree, "fact_values: 'stone' differs from facts(): 1 against 0"),
    (ShortEncoding, "encode: 2 of 183 values are unwritten or not a number for focus 'tree'"),
    (LoudEncoding, "encode: value -50 for focus 'gem', expected -10..10"),
    (InfiniteEncoding, "encode: value inf for focus 'anywhere', expected -10..10"),
    (FlickeringEncoding, "encode: two calls in a row differ for focus 'rock'"),
    (
        AnyFocus,
        "encode: accepts the unknown focus Focus(seek=('no_such_thing',), explore='anywhere'); raise "
        "BadFocus",
    ),
    (Unseeded, "reset: two copies with seed 1 differ in facts"),
    (SeedIgnored, "reset: seeds [1, 2] all give the same start; use the seed"),
    (ForgetfulRestore, "restore: the continuation differs in "),
    (HalfSnapshot, "restore: the continuation in another object differs in facts ("),
    (TextSnapshot, "snapshot: is of type str, expected bytes"),
    (TrustingRestore, "restore: accepts cut bytes; raise BadSnapshot"),
    (WrongRestoreError, "restore: empty bytes raise KeyError, expected BadSnapshot"),
    (WreckingRestore, "restore: damaged bytes are refused, but change "),
    (TransposedFrame, "frame: shape (144, 96, 3) for size (144, 96), expected (96, 144, 3)"),
    (FloatFrame, "frame: dtype float64, expected uint8"),
    (DrawingMoves, "frame: drawing changes the game: "),
    (Speechless, "caption: is '  ', expected a text"),
    (
        Endless,
        "step: with max_steps=3 the statuses are ['RUNNING', 'RUNNING', 'RUNNING'], "
        "expected ['RUNNING', 'RUNNING', 'TIME_LIMIT']",
    ),
    (PlaysOn, "step: goes on after the end of the episode; raise RuntimeError"),
    (WrongCount, "steps: is 6 after 3 steps"),
    (AnyAction, "step: accepts action -1; raise ValueError and name the range 0..7"),
    (VagueAction, "step: the error for action 8 does not name the range 0..7: bad action"),
    (ClosesOnce, "close: raised OSError when called twice: closed twice"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("broken", "violation"), BROKEN, ids=[game.__name__ for game, _ in BROKEN])
def test_each_fault_is_named(broken, violation):
    found = check_game(broken)
    assert any(line.startswith(violation) for line in found), found


def test_an_exception_does_not_hide_other_faults():
    class Muddled(Speechless):
        def snapshot(self):
            raise OSError("no disk")

    found = check_game(Muddled)
    assert "snapshot: raised OSError: no disk" in found
    assert "caption: is '  ', expected a text" in found


def test_require_valid_lists_everything_at_once():
    class Twice(Speechless, PlaysOn):
        pass

    expected = (
        "the game breaks its contract in 2 places:\n"
        "- caption: is '  ', expected a text\n"
        "- step: goes on after the end of the episode; raise RuntimeError"
    )
    with pytest.raises(GameContractViolated) as caught:
        require_valid(Twice)
    assert str(caught.value) == expected


FACT = SPEC.facts[0]
BAD_SPECS = [
    ({"actions": ("noop", "noop")}, "spec: action names occur twice: ['noop']"),
    ({"actions": ()}, "spec: has no action names"),
    ({"actions": ("No op",)}, "spec: action names must be lower case words joined by _ or dots: ['No op']"),
    ({"facts": (*SPEC.facts, FACT)}, "spec: fact names occur twice: ['wood']"),
    (
        {"facts": (FactSpec(name="wood", description="x", kind="thing"),)},  # type: ignore[arg-type]
        "spec: fact 'wood' has kind 'thing', expected one of ['count', 'level',",
    ),
    (
        {"facts": (FactSpec(name="bench", description="x", kind="place"),)},
        "spec: fact 'bench' of kind 'place' must begin with 'near.'",
    ),
    (
        {"facts": (FactSpec(name="wood", description="x", kind="count", low=3, high=2),)},
        "spec: fact 'wood' has low 3 above high 2",
    ),
    (
        {"facts": (FactSpec(name="wood", description="x", kind="count", high=2**31),)},
        "spec: fact 'wood' leaves the range of int32: 0..2147483648",
    ),
    (
        {"facts": (FactSpec(name="distance.gem", description="x", kind="distance", high=9),)},
        "spec: distance fact 'distance.gem' has high 9, below FAR (99)",
    ),
    (
        {"facts": (FactSpec(name="wood", description=" ", kind="count"),)},
        "spec: fact 'wood' has no description",
    ),
    ({"achievements": ("did.fly",)}, "spec: achievement 'did.fly' is no fact, expected an event fact"),
    (
        {"achievements": ("wood",)},
        "spec: achievement 'wood' is a fact of kind 'count', expected an event fact",
    ),
    ({"aliases": {"wood": "stone"}}, "spec: alias 'wood' hides the fact of that name"),
    ({"aliases": {"log": ""}}, "spec: alias 'log' stands for '', expected another name"),
    ({"moves": {"jump": "left"}}, "spec: moves['jump'] = 'left' names ['jump'], which are no actions"),
    ({"health_fact": "hp"}, "spec: health_fact is 'hp', which is no fact"),
    (
        {"action_sets": {"few": ("noop", "fly")}},
        "spec: the action set 'few' names ['fly'], which are no actions",
    ),
    (
        {"task_option": "task", "options": {}},
        "spec: task_option is 'task'; expected one of the options (there are none), and known_tasks to say "
        "what it may be",
    ),
    ({"action_sets": {"noop": ()}}, "spec: the action set 'noop' hides the action of that name"),
    ({"encoding_size": 0}, "spec: encoding_size is 0, expected at least 1"),
    ({"max_steps": 0}, "spec: max_steps is 0, expected at least 1"),
    ({"seekable": {"tree": ""}}, "spec: 'tree' has no description"),
    ({"explorable": {}}, "spec: has no explorable names"),
    ({"manual": Path("no_such_manual.md")}, "spec: the manual 'no_such_manual.md' does not exist"),
]


@pytest.mark.parametrize(("change", "violation"), BAD_SPECS)
def test_each_inconsistency_of_a_spec_is_named(change, violation):
    found = list(spec_violations(dataclasses.replace(SPEC, **change)))
    assert any(line.startswith(violation) for line in found), found


def test_a_sound_spec_has_no_violations():
    assert list(spec_violations(SPEC)) == []


class ForgivingRestore(ToyGame):
    """Believes bytes that differ only where this class does not look."""

    where = slice(0, 0)

    def snapshot(self):
        return b"toy!" + super().snapshot() + b"end."

    def restore(self, data):
        if len(data) < 8:
            raise BadSnapshot("too short")
        if self.where != slice(-4, None) and data[-4:] != b"end.":
            raise BadSnapshot("no end")
        if self.where != slice(0, 4) and data[:4] != b"toy!":
            raise BadSnapshot("no mark")
        super().restore(data[4:-4])


class IgnoresItsMark(ForgivingRestore):
    where = slice(0, 4)


class IgnoresItsEnd(ForgivingRestore):
    where = slice(-4, None)


class IgnoresWhatFollows(ToyGame):
    def restore(self, data):
        super().restore(data.rstrip() if data.endswith((b"\n", b" ")) else data)


class IgnoresOneByteInTheMiddle(ToyGame):
    def snapshot(self):
        data = super().snapshot()
        return data[:50] + b"?" + data[50:]

    def restore(self, data):
        super().restore(data[:50] + data[51:])


EIGHT_BITS = "restore: accepts damaged bytes; raise BadSnapshot (8 of 256 tries; first: bit"


class TestDamage:
    @pytest.mark.parametrize(
        ("broken", "violations"),
        [
            (ForgivingRestore, []),
            (
                IgnoresItsMark,
                ["restore: accepts damaged bytes; raise BadSnapshot (8 of 256 tries; first: bit"],
            ),
            (
                IgnoresItsEnd,
                ["restore: accepts damaged bytes; raise BadSnapshot (8 of 256 tries; first: bit"],
            ),
            (
                IgnoresWhatFollows,
                ["restore: accepts lengthened bytes; raise BadSnapshot (4 of 10 tries; first: 1 more behind"],
            ),
        ],
    )
    def test_damage_is_tried_in_every_part(self, broken, violations):
        found = list(snapshot_violations(broken(), broken(), Walk(steps=8)))
        assert len(found) == len(violations), found
        assert all(line.startswith(start) for line, start in zip(found, violations, strict=True)), found

    def test_of_many_seeds_some_hit_any_single_byte(self):
        seeds = tuple(range(8))
        found = list(
            snapshot_violations(
                IgnoresOneByteInTheMiddle(), IgnoresOneByteInTheMiddle(), Walk(steps=4, seeds=seeds)
            )
        )
        assert any(line.startswith("restore: accepts damaged bytes") for line in found), found

    def test_the_same_seed_tries_the_same(self):
        data = ToyGame().snapshot()
        assert list(damages(data, 5)) == list(damages(data, 5))
        assert all(damage.data != data for damage in damages(data, 5))

    def test_one_fault_is_one_place(self):
        with pytest.raises(
            GameContractViolated, match=r"^the game breaks its contract in 1 place:\n- caption"
        ):
            require_valid(Speechless)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["crafter", "toy"])
@pytest.mark.one_in(2)
def test_games_refuse_damage_wherever_the_walk_ends(name):
    game, twin = make_game(name), make_game(name)
    for seed in range(40):
        walk = Walk(steps=seed, seeds=(seed, seed + 1))
        assert list(snapshot_violations(game, twin, walk)) == []
