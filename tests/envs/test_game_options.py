"""Options of games as people write them."""

from pathlib import Path

import pytest

from envs.errors import BadGameOption
from envs.game_options import check_options, read_assignments, try_options
from envs.registry import game_names, game_spec

NETHACK = game_spec("nethack")
EAT = "MiniHack-Eat-v0"


def test_texts_become_what_the_game_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    texts = [
        f"level={EAT}",
        "pet=yes",
        "autopickup=False",
        "level_seed=3",
        "options=!sparkle, time",
        "ttyrec=t",
    ]
    read = read_assignments(NETHACK, texts)
    assert read == {
        "level": EAT,
        "pet": True,
        "autopickup": False,
        "level_seed": 3,
        "options": ["!sparkle", "time"],
        "ttyrec": str(tmp_path.resolve() / "t"),
    }
    assert check_options(NETHACK, read) == read
    assert read_assignments(NETHACK, []) == {}


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        ("lvel=x", r"takes no option 'lvel'; did you mean 'level' or 'level_seed'\? .*character: role"),
        ("level", r"game option 'level' has no '='; expected key=value\. "),
        ("level= ", r"'level' is ''; expected a text: a MiniHack id"),
        ("pet=maybe", r"'pet' is 'maybe'; expected true or false: whether to start with a pet"),
        ("level_seed=1.5", r"'level_seed' is '1.5'; expected a whole number"),
        ("options=a,,b", r"'options' is 'a,,b'; expected texts with commas between them"),
    ],
)
def test_bad_options_say_what_is_expected(assignment: str, message: str) -> None:
    with pytest.raises(BadGameOption, match=message):
        read_assignments(NETHACK, [assignment])


def test_an_option_given_twice_is_refused() -> None:
    with pytest.raises(BadGameOption, match="'pet' is given twice"):
        read_assignments(NETHACK, ["pet=no", "pet=yes"])


def test_values_of_another_type_are_refused() -> None:
    for bad in ({"pet": 1}, {"level_seed": True}, {"level": 3}, {"options": 3}):
        with pytest.raises(BadGameOption, match="expected"):
            check_options(NETHACK, bad)


def test_games_without_options_say_so() -> None:
    with pytest.raises(BadGameOption, match=r"crafter takes no option 'level'\. crafter takes no options\."):
        read_assignments(game_spec("crafter"), ["level=x"])


def test_what_only_the_game_knows_is_found_out_by_building_it() -> None:
    assert try_options(NETHACK, {"level": EAT, "character": "val-hum-law-fem"})["level"] == EAT
    with pytest.raises(BadGameOption, match=r"no MiniHack level 'MiniHack-Eta-v0'; did you mean"):
        try_options(NETHACK, {"level": "MiniHack-Eta-v0"})
    with pytest.raises(BadGameOption, match="no role 'wizzard'"):
        try_options(NETHACK, {"character": "wizzard"})


def test_declared_options_are_arguments_of_the_game() -> None:
    import importlib
    import inspect

    from envs.registry import _REGISTRY

    for name in game_names():
        module, _, attribute = _REGISTRY[name].factory.partition(":")
        if spec := game_spec(name).options:
            arguments = inspect.signature(getattr(importlib.import_module(module), attribute)).parameters
            assert set(spec) == set(arguments)
