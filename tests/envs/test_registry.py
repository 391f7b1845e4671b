"""The registry of games: lazy, helpful about names, strict about duplicates."""

import pytest

import envs.registry as registry
from envs import code_cache
from envs.code_cache import CodeCache
from envs.errors import BadFocus, MissingDependency, UnknownGame, did_you_mean
from envs.game import Focus, Game
from envs.registry import GameEntry, game_names, game_spec, make_game, register


@pytest.fixture
def scratch_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTRY", dict(registry._REGISTRY))


def test_names_are_sorted_and_hold_the_built_in_games():
    assert game_names() == sorted(game_names())
    assert {"crafter", "toy"} <= set(game_names())


def test_unknown_game_suggests_a_close_name_and_lists_all():
    with pytest.raises(
        UnknownGame, match=r"no game 'toi'; did you mean 'toy'\?.*Known games: .*crafter.*toy"
    ):
        make_game("toi")
    with pytest.raises(UnknownGame, match=r"no game 'zzzzzz'\. Known games: ") as caught:
        game_spec("zzzzzz")
    assert "did you mean" not in str(caught.value)


def test_did_you_mean():
    assert did_you_mean("crafer", ["crafter", "toy"]) == "; did you mean 'crafter'?"
    assert did_you_mean("", ["crafter", "toy"]) == ""


def test_a_taken_name_is_an_error_and_keeps_the_first(scratch_registry):
    with pytest.raises(ValueError, match="game 'toy' is registered already"):
        register(GameEntry("toy", "other:SPEC", "other:Game"))
    assert game_spec("toy").title == "Toy meadow"


def test_a_missing_package_names_the_extra(scratch_registry, tmp_path, monkeypatch):
    (tmp_path / "needy_game.py").write_text("import a_package_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    register(GameEntry("needy", "needy_game:SPEC", "needy_game:Game", extra="needs"))
    register(GameEntry("bare", "needy_game:SPEC", "needy_game:Game"))
    expected = (
        r"game 'needy' needs the package 'a_package_that_is_not_there'; "
        r"install it with: pip install 'journeyman\[needs\]'"
    )
    with pytest.raises(MissingDependency, match=expected):
        make_game("needy")
    with pytest.raises(MissingDependency, match=r"'a_package_that_is_not_there'$"):
        make_game("bare")


def test_our_own_missing_module_is_not_blamed_on_a_package(scratch_registry):
    register(GameEntry("ghost", "envs.ghost_of_a_game:SPEC", "envs.ghost_of_a_game:Game"))
    with pytest.raises(ModuleNotFoundError, match="ghost_of_a_game"):
        make_game("ghost")


def test_options_reach_the_game_and_it_fits_the_protocol():
    game = make_game("toy", crash_after=0)
    assert isinstance(game, Game)
    with pytest.raises(RuntimeError, match="crash_after=0"):
        game.step(0)


def test_an_option_that_no_game_has_is_an_error():
    with pytest.raises(TypeError, match="no_such_option"):
        make_game("toy", no_such_option=1)


def test_spec_look_ups():
    spec = game_spec("toy")
    assert spec.fact_index["stone"] == 1
    assert spec.fact_kinds["near.bench"] == "place"
    assert spec.action_index == {name: i for i, name in enumerate(spec.actions)}


def test_focus_is_checked_with_a_suggestion():
    spec = game_spec("toy")
    spec.check_focus(Focus(seek=("tree", "gem"), explore="anywhere"))
    with pytest.raises(
        BadFocus, match=r"toy cannot look for 'tre'; did you mean 'tree'\?; it can look for: tree"
    ):
        spec.check_focus(Focus(seek=("gem", "tre")))
    with pytest.raises(BadFocus, match=r"toy cannot look for 'nowhere'.*anywhere"):
        spec.check_focus(Focus(explore="nowhere"))


def test_suggestions_are_quick_for_any_number_of_names_and_any_length():
    kinds = ("collect_wood", "collect_stone", "place_wood", "place_stone")
    known = [f"{kind}_{i:04}" for kind in kinds for i in range(5000)]
    assert did_you_mean("colect_wood_0042", known).startswith("; did you mean 'collect_wood_0042'")
    assert did_you_mean("colect_wood_0042", known) == did_you_mean("colect_wood_0042", known)
    assert did_you_mean("x" * 5_000_000, known) == did_you_mean("", known) == ""
    assert did_you_mean("wod", ["wood", "w" * 5_000_000]) == "; did you mean 'wood'?"
    assert did_you_mean("a\x1b[2K", ["a\x1b[2J"]) == "; did you mean 'a\\x1b[2J'?"


def test_a_game_whose_compiled_code_can_be_kept_nowhere_says_so(scratch_registry, tmp_path, monkeypatch):
    fault = "cannot cache function 'f': no locator available for file 'x.py'"
    (tmp_path / "compiled_game.py").write_text(f"raise RuntimeError({fault!r})\n")
    monkeypatch.syspath_prepend(tmp_path)
    register(GameEntry("compiled", "compiled_game:SPEC", "compiled_game:Game"))
    with pytest.raises(RuntimeError, match="no locator available"):
        make_game("compiled")  # there is a place, so it is something else
    nowhere = CodeCache(None, "'/site' cannot be written, and neither can /tmp", usable=False)
    monkeypatch.setattr(registry, "choose_code_cache", lambda: nowhere)
    monkeypatch.setattr(code_cache, "choose_code_cache", lambda: nowhere)
    expected = (
        r"^game 'compiled' cannot start: compiled code cannot be kept anywhere: '/site' cannot be written, "
        r"and neither can /tmp; set NUMBA_CACHE_DIR to a folder"
    )
    with pytest.raises(MissingDependency, match=expected):
        make_game("compiled")
