"""The answers to NetHack's questions; what the real game asks is in test_game.py."""

from __future__ import annotations

import pytest

from envs.nethack.prompts import (
    ENTER,
    ESCAPE,
    MAX_ANSWERS,
    MAX_USUAL_ANSWERS,
    Kind,
    Prompt,
    Situation,
    answer,
    expand,
)

ITEMS = {
    "a": "a +1 long sword (weapon in hand)",
    "b": "a +0 dagger",
    "c": "an uncursed newt corpse",
    "d": "2 uncursed food rations",
    "e": "a skeleton key",
    "f": "a pick-axe",
    "g": "a potion of water",
    "h": "a wand of light",
    "i": "a +0 short sword (alternate weapon; not wielded)",
    "j": "a +1 two-handed sword (weapon in hands)",
    "k": "an uncursed +0 ring mail (being worn)",
    "l": "a ring of adornment (on left hand)",
    "m": "3 +0 daggers (wielded)",
    "$": "27 gold pieces",
}


def reply(text: str, action: str, kind: Kind = Kind.LETTER, repeated: int = 0, **more: object) -> bytes:
    situation = Situation(**{"action": action, "aim": b"h", "items": ITEMS, **more})  # type: ignore[arg-type]
    return answer(Prompt(kind=kind, text=text, repeated=repeated), situation)


@pytest.mark.parametrize(
    ("text", "action", "expected"),
    [
        ("Really attack the gnome lord? [yn] (n)", "fight", b"n"),
        ("Are you sure you want to pray? [yn] (n)", "pray", b"y"),
        ("There is a newt corpse here; eat it? [ynq] (n)", "eat", b"y"),
        ("There is a cockatrice corpse here; eat it? [ynq] (n)", "eat", b"n"),
        ("Drink from the fountain? [yn] (n)", "quaff", b"n"),
        ("There is a large box here, loot it? [ynq] (q)", "loot", b"y"),
        ("Unlock it? [yn] (n)", "apply", b"y"),
        ("Asidonhopo offers 50 gold pieces for your dagger.  Sell it? [ynaq] (y)", "drop", b"y"),
        ("Do you want to add to the current engraving? [ynq] (y)", "engrave", b"n"),
        ("Beware, there will be no return!  Still climb? [yn] (n)", "up", b"n"),
        ("Some question that nobody foresaw? [yn] (n)", "wait", b"n"),
        ("In what direction?", "kick", b"h"),
        ("In what direction do you want to dig? [hjl><]", "apply", b"h"),
        ("In what direction do you want to dig? [jl><]", "apply", b">"),
        ("In what direction do you want to chop? [jl]", "apply", b"j"),
        ("Loot in what direction?", "loot", b"."),
        ("Which ring-finger, Right or Left? [rl]", "put_on", b"l"),
        ("You have a little trouble lifting a boulder.  Continue? [ynq] (q)", "pickup", b"n"),
        ("Talk to whom? (in what direction)", "chat", b"h"),
    ],
)
def test_questions_of_one_letter(text: str, action: str, expected: bytes) -> None:
    assert reply(text, action) == expected


@pytest.mark.parametrize(
    ("text", "action", "expected"),
    [
        ("What do you want to eat? [cd or ?*]", "eat", b"d"),
        ("What do you want to wield? [- ab or ?*]", "wield", b"b"),
        ("What do you want to throw? [$ab or ?*]", "throw", b"b"),
        ("What do you want to use or apply? [e-g or ?*]", "apply", b"f"),
        ("What do you want to use or apply? [h or ?*]", "apply", b"h"),
        ("What do you want to drop? [a-g or ?*]", "drop", b"b"),
        ("What do you want to write with? [- ab or ?*]", "engrave", b"-"),
        ("What do you want to wear? [*]", "wear", ESCAPE),
        ("What do you want to wield? [- ai or ?*]", "wield", b"i"),
        ("What do you want to drop? [ai or ?*]", "drop", b"i"),
        ("What do you want to drop? [$ajkl or ?*]", "drop", ESCAPE),
        ("What do you want to drop? [m or ?*]", "drop", ESCAPE),
    ],
)
def test_items_are_chosen_by_what_is_done_with_them(text: str, action: str, expected: bytes) -> None:
    assert reply(text, action) == expected


def test_a_key_is_applied_beside_a_door_and_new_things_are_dropped_and_wielded_first() -> None:
    text = "What do you want to use or apply? [e-g or ?*]"
    assert reply(text, "apply", beside_door=True) == b"e"
    assert reply("What do you want to drop? [a-g or ?*]", "drop", new=frozenset("c")) == b"c"
    wield = "What do you want to wield? [- a-c or ?*]"
    assert [reply(wield, "wield", new=frozenset(new)) for new in ("", "c")] == [b"b", b"c"]
    held = frozenset("jm")  # found, and in hand now
    assert reply("What do you want to drop? [$ij or ?*]", "drop", new=held) == b"i"
    assert reply("What do you want to wield? [- im or ?*]", "wield", new=held) == b"i"


def test_menus_go_from_choice_to_confirmation_to_the_way_out() -> None:
    shown = [reply("Pick up what?", "pickup", Kind.MENU, repeated) for repeated in range(3)]
    assert shown == [b".", ENTER, ESCAPE]
    assert reply("A menu nobody foresaw", "pickup", Kind.MENU) == ESCAPE


def test_texts_are_given_only_where_they_make_sense() -> None:
    assert reply("What do you want to write in the dust here?", "engrave", Kind.LINE) == b"Elbereth" + ENTER
    assert reply("Call a scroll labeled FOO:", "read", Kind.LINE) == ESCAPE
    assert reply("Hello stranger, who are you?", "move_east", Kind.LINE) == b"Croesus" + ENTER
    assert reply("For what do you wish?", "quaff", Kind.LINE).endswith(ENTER)


def test_pauses_are_passed_and_places_escaped_at_the_second_time() -> None:
    assert reply("", "wait", Kind.MORE) == ENTER
    assert reply("Where?", "cast", Kind.PLACE) == b"m."
    assert reply("Where?", "cast", Kind.PLACE, repeated=1) == ESCAPE


def test_after_many_answers_only_ways_out_are_tried() -> None:
    prompt = Prompt(kind=Kind.LETTER, text="Are you sure you want to pray? [yn] (n)")
    situation = Situation(action="pray", items={})
    tried = {answer(prompt, situation, answered) for answered in range(MAX_USUAL_ANSWERS, MAX_ANSWERS)}
    assert {ESCAPE, ENTER} <= tried
    assert b"y" not in tried


@pytest.mark.parametrize(
    ("choices", "letters"), [("- a-d", "-abcd"), ("$bf-h", "$bfgh"), ("*", "*"), ("", "")]
)
def test_ranges_of_letters_are_written_out(choices: str, letters: str) -> None:
    assert expand(choices) == letters
