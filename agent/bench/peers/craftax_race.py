"""Craftax-Classic on JAX's CPU beside our compiled Crafter and our whole loop, as far as that goes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from agent.bench.figure import Figure, pairwise_ratios
from agent.bench.race import Contender, Outcome, race
from agent.bench.settings import Settings
from agent.bench.training import OURS, announce, warn_if_busy

COMPILED = "Crafter compiled, random play, {games} games"
RESTARTING = "Craftax-Classic, random play, 16 games with auto-reset"
ENDLESS = "Craftax-Classic, random play, 256 games without"

_CRAFTAX_HOW = (
    "Craftax-Classic-Symbolic-v1 of craftax 1.6.1, JAX's CPU on all cores, actions drawn and steps scanned "
    "in one compiled call; other rules and random numbers than Crafter's: compare orders of magnitude only"
)
_NOTES = {
    RESTARTING: f"{_CRAFTAX_HOW}; with auto-reset every step of a batch also makes new worlds",
    ENDLESS: f"{_CRAFTAX_HOW}; games that are over go on, no worlds are made",
}


def craftax_peers(settings: Settings) -> list[Figure]:
    """Random play, no learning; our whole loop, which learns, in the same race. Raises `NoPeer`."""
    from agent.bench.contenders import train_ours
    from agent.bench.peers.compiled_play import play_compiled
    from agent.bench.peers.contenders import craftax

    peers = [craftax(RESTARTING, 16, restarts=True), craftax(ENDLESS, 256, restarts=False)]
    compiled = [Contender(COMPILED.format(games=n), partial(play_compiled, n)) for n in (16, 256)]
    warn_if_busy()
    contenders = [Contender(OURS, train_ours), *compiled, *peers]
    return figures(race(contenders, settings.rounds, settings.seconds, announce))


def figures(outcomes: Mapping[str, Outcome]) -> list[Figure]:
    """All speeds, and the ratios of ours to Craftax with the same number of games, round by round."""
    how = {
        **dict.fromkeys(outcomes, "facts and encodings at every step, one thread, new worlds counted"),
        OURS: "train_skill on collect_wood in 2 workers, learning included; see the measurement `training`",
        **_NOTES,
    }
    speeds = [
        Figure(name=name, samples=o.speeds, unit="steps/s", how=how[name]) for name, o in outcomes.items()
    ]
    pairs = {RESTARTING: (COMPILED.format(games=16), OURS), ENDLESS: (COMPILED.format(games=256),)}
    ratios = [
        Figure(
            name=f"{ours} / {peer}",
            samples=pairwise_ratios(outcomes[ours].speeds, outcomes[peer].speeds),
            unit="x",
            how="round by round; other rules and random numbers",
        )
        for peer, all_ours in pairs.items()
        for ours in all_ours
    ]
    return [*speeds, *ratios]
