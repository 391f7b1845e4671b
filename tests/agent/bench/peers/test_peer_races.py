"""The figures of races with peers, and the peers themselves where their environments are built."""

import pytest

from agent.bench import __main__ as command
from agent.bench import nethack_training, training
from agent.bench.peers import craftax_race, sample_factory_races
from agent.bench.peers.compiled_play import play_compiled
from agent.bench.peers.contenders import craftax, sample_factory
from agent.bench.peers.environment import built, packages
from agent.bench.race import Lap, Outcome, Pacer


class OneTurn:
    """Gives a contender its warm-up and one turn."""

    def __init__(self) -> None:
        self.orders = iter((0.0, None))
        self.laps: list[Lap] = []

    def send(self, message: tuple[str, Lap | None]) -> None:
        if message[1] is not None:
            self.laps.append(message[1])

    def recv(self) -> float | None:
        return next(self.orders)


def test_peers_are_measured_on_request_only() -> None:
    peers = {"crafter_peers", "nethack_peers", "craftax_peers"}
    assert peers <= {measurement.__name__ for measurement in command.ON_REQUEST}
    assert not peers & {measurement.__name__ for measurement in command.MEASUREMENTS}


def test_figures_beside_sample_factory() -> None:
    peer = sample_factory_races.CRAFTER
    outcomes = {
        training.OURS: Outcome((Lap(12_000, 1.0), Lap(9_000, 1.0)), {}),
        peer: Outcome((Lap(800, 1.0), Lap(600, 1.0)), {}),
    }
    speed, ratio = sample_factory_races.figures(outcomes, training.OURS, peer, 15.0, "so")
    assert (speed.name, speed.samples, speed.how) == ("Sample Factory, symbols", (800.0, 600.0), "so")
    assert ratio.name == "whole loop / Sample Factory, symbols"
    # 12,000 / 800 and 9,000 / 600: 15 in both rounds, which is just enough.
    assert (ratio.samples, ratio.met) == ((15.0, 15.0), True)


def test_names_on_nethack() -> None:
    ours, peer = nethack_training.OURS, sample_factory_races.NETHACK
    outcomes = {ours: Outcome((Lap(3_000, 1.0),), {}), peer: Outcome((Lap(2_000, 1.0),), {})}
    _, ratio = sample_factory_races.figures(outcomes, ours, peer, 2.0, "so")
    assert ratio.name == "NetHack: whole loop / Sample Factory, map and status"
    assert (ratio.samples, ratio.met) == ((1.5,), False)


def test_figures_beside_craftax() -> None:
    few, many = (craftax_race.COMPILED.format(games=n) for n in (16, 256))
    speeds = {
        craftax_race.OURS: 6_000,
        few: 30_000,
        many: 36_000,
        craftax_race.RESTARTING: 1_000,
        craftax_race.ENDLESS: 12_000,
    }
    outcomes = {name: Outcome((Lap(speed, 1.0),), {}) for name, speed in speeds.items()}
    found = {figure.name: figure for figure in craftax_race.figures(outcomes)}
    assert {name: figure.value for name, figure in found.items() if figure.unit == "steps/s"} == speeds
    ratios = {name: figure.value for name, figure in found.items() if figure.unit == "x"}
    assert ratios == {
        f"{few} / {craftax_race.RESTARTING}": 30.0,
        f"{craftax_race.OURS} / {craftax_race.RESTARTING}": 6.0,
        f"{many} / {craftax_race.ENDLESS}": 3.0,
    }
    assert all("other rules and random numbers" in found[name].how for name in ratios)


@pytest.mark.race
@pytest.mark.slow
def test_compiled_games_are_played_in_turns() -> None:
    turn = OneTurn()
    assert play_compiled(2, Pacer(turn)) == {}
    assert [lap.steps for lap in turn.laps] == [200]


@pytest.mark.race
@pytest.mark.slow
@pytest.mark.parametrize("peer", ["crafter", "nethack", "craftax"])
def test_peers_that_are_there_take_their_turns(peer: str) -> None:
    name = "craftax" if peer == "craftax" else "sample-factory"
    if built(packages(name)) is None:
        pytest.skip(f"no environment for {name}: python -m agent.bench {peer}_peers --quick builds it")
    turn = OneTurn()
    contender = craftax("peer", 2, restarts=False) if name == peer else sample_factory("peer", peer)
    contender.train(Pacer(turn))
    (lap,) = turn.laps
    assert lap.steps > 0
    assert lap.steps % (200 if name == peer else 1024) == 0
