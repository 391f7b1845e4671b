"""What a step asks for, and what is refused in it."""

from __future__ import annotations

import pytest

from envs.minecraft.wire.commands import Commands, read_commands
from envs.minecraft.wire.errors import BadMessage

BODY = """chat /summon sheep ~1 ~0 ~2
camera 15.0 -30.0
smeltNearby none
craft planks
craftNearby none
forward 1
back 0
left 0
right 0
jump 0
sneak 0
sprint 0
use 0
attack 0
drop 0
equip log#?
place minecraft:log"""


def test_a_step_of_the_package_is_read() -> None:
    assert read_commands(BODY) == Commands(
        forward=True,
        pitch=15.0,
        yaw=-30.0,
        craft="planks",
        equip="log",
        place="log",
        chat=("/summon sheep ~1 ~0 ~2",),
    )
    assert read_commands("") == Commands()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("forward 2", "the command 'forward' has '2'; expected 0 or 1"),
        ("craft A b", "the command 'craft' has 'A b'; expected the name of an item, or none"),
        ("camera 1", "the command 'camera' has '1'; expected two numbers of degrees, 3600 at most"),
        ("camera nan 0", "the command 'camera' has 'nan 0'; expected two numbers of degrees, 3600 at most"),
        ("\n" * 200, "a step has 201 commands; the most is 200"),
    ],
)
def test_what_is_no_command_is_refused(body: str, message: str) -> None:
    with pytest.raises(BadMessage) as caught:
        read_commands(body)
    assert str(caught.value) == message


@pytest.mark.parametrize("said", ["hello", "/op me", "/tp " + "1" * 1_000])
def test_what_may_not_be_said_is_refused(said: str) -> None:
    with pytest.raises(
        BadMessage, match=r"^the command 'chat' has .*; expected one of /summon, /kill, /time"
    ):
        read_commands(f"chat {said}")
