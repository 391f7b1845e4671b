import pytest

from envs import errors
from envs.errors import UnknownGame, close_names, did_you_mean, suggestions


def test_names_are_suggested_the_closest_first() -> None:
    assert close_names("collect_wod", ["collect_stone", "collect_wood", "eat"])[0] == "collect_wood"
    assert close_names("zzz", ["collect_wood"]) == ()


def test_only_so_many_names_of_such_a_length_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Comparing takes time that grows with the names and with their lengths; it is counted here."""
    compared: list[int] = []
    real = errors.difflib.get_close_matches

    def count(name: str, known: object, n: int, cutoff: float) -> list[str]:
        names = list(known)  # type: ignore[call-overload]
        compared.extend(map(len, [name, *names]))
        return real(name, names, n=n, cutoff=cutoff)

    monkeypatch.setattr("envs.errors.difflib.get_close_matches", count)
    many = [f"name_{i}" for i in range(20_000)]
    close_names("name", many)
    assert len(compared) == errors.MOST_COMPARED + 1
    assert close_names("x" * 5_000_000, ["x"]) == ()
    assert close_names("yes", ["y" * 5_000_000, "yet"]) == ("yet",)
    assert max(compared) <= errors.LONGEST_GUESSED


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("no game 'toi'" + did_you_mean("toi", ["toy"]), ("toy",)),
        ("no x" + did_you_mean("ab", ["abc", "abd"]), ("abd", "abc")),
        ("no x" + did_you_mean("it's", ["its'", "it's a"]), ("it's a", "its'")),
        ("No such command 'pla'. Did you mean 'plan', 'play'?", ("plan", "play")),
        ("no game 'zzz'; known games: toy", ()),
        ("did you mean it?", ()),
    ],
)
def test_suggestions_are_read_off_the_message(message: str, names: tuple[str, ...]) -> None:
    assert sorted(suggestions(UnknownGame(message))) == sorted(names)


def test_an_error_may_carry_its_suggestions() -> None:
    error = UnknownGame("no such game; did you mean 'x'?")
    error.suggestions = ["a", "b"]  # type: ignore[attr-defined]
    assert suggestions(error) == ("a", "b")


def test_a_message_goes_on_as_a_sentence_after_a_question() -> None:
    assert did_you_mean("toi", ["toy"], "there are: toy") == "; did you mean 'toy'? There are: toy"
    assert did_you_mean("zzz", ["toy"], "there are: toy") == "; there are: toy"
