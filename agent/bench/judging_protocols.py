"""Which way to a verdict is worth its tokens: one sample, a majority or a debate, at as many calls.

    python -m agent.bench.judging_protocols --llm openai:gpt-5-mini --attempts 60
    python -m agent.bench.judging_protocols --stand-in

Attempts are random play of which facts say whether the claim is true; half of them are true. The stand-in is
no model: it is right with the probability given, sample by sample, so it shows what the protocols cost and
that the comparison works, never which one wins.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from agent.cli.output import print_json, result
from agent.judges.chat.judge import ChatJudge
from agent.judges.chat.protocols import Debate, JudgingProtocol, Majority, Single
from agent.judges.chat.views import AttemptViews
from agent.llm.answer import Usage
from agent.llm.asking import LanguageModel
from agent.llm.client import ModelClient
from agent.llm.keys import Secrets
from agent.llm.meter import Meter, PriceTable
from agent.llm.models import open_chat_model
from agent.testing.chat_server import Request, chat_server, picture_blocks, text_of
from agent.testing.judging import criteria_reply, judgement_reply
from envs.facts import EndStatus, Facts
from envs.game import Game, GameSpec
from envs.registry import game_spec, make_game
from envs.seeding import child_seed
from planners.execution.judge import JudgeTask
from planners.execution.views import Views
from planners.plan import Outcome, facts_in_words
from skills.interval import wilson

PROTOCOLS: Final[Mapping[str, JudgingProtocol]] = {
    "single": Single(),
    "single, asked again while unclear": Single(tries=3),
    "majority of 3": Majority(3),
    "debate": Debate(),
}
"""All but the first may make three calls an attempt."""

ATTEMPT_STEPS: Final = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt, and whether facts say that its claim is true."""

    task: JudgeTask
    true: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How a protocol did.

    Attributes:
        protocol: its name.
        outcomes: the verdict on each attempt, and whether the claim was true.
        calls: model calls.
        usage: tokens.
    """

    protocol: str
    outcomes: tuple[tuple[Outcome, bool], ...]
    calls: int
    usage: Usage

    def to_record(self) -> dict[str, Any]:
        """The score as plain values, intervals of 95 %."""
        clear = [(outcome == "done", true) for outcome, true in self.outcomes if outcome != "unclear"]
        right = sum(done == true for done, true in clear)
        false = sum(outcome == "done" for outcome, true in self.outcomes if not true)
        negatives = sum(not true for _, true in self.outcomes)
        return {
            "protocol": self.protocol,
            "attempts": len(self.outcomes),
            "coverage": len(clear) / len(self.outcomes),
            "accuracy": right / len(clear) if clear else None,
            "accuracy_ci95": _bounds(right, len(clear)) if clear else None,
            "false_done": false / negatives if negatives else None,
            "false_done_ci95": _bounds(false, negatives) if negatives else None,
            "calls": self.calls,
            "tokens_per_attempt": (self.usage.input_tokens + self.usage.output_tokens) / len(self.outcomes),
        }


def _bounds(successes: int, n: int) -> list[float]:
    interval = wilson(successes, n)
    return [interval.low, interval.high]


def compare(
    game: GameSpec, attempts: Sequence[Attempt], open_model: Callable[[], LanguageModel]
) -> list[Score]:
    """Every protocol on the same attempts, each with a model of its own that remembers nothing."""
    scores = []
    for name, protocol in PROTOCOLS.items():
        with open_model() as model:
            judge = ChatJudge(model, game, max_calls=10 * len(attempts) + 100, protocol=protocol)
            outcomes = tuple((judge.judge(each.task).outcome, each.true) for each in attempts)
            meter = model.meter
            scores.append(Score(protocol=name, outcomes=outcomes, calls=meter.calls, usage=meter.usage))
    return scores


def collect(game: GameSpec, count: int, seed: int) -> list[Attempt]:
    """Attempts of random play, half of them with a claim that came true.

    Args:
        game: one with achievements.
        count: how many, 2 or more.
        seed: of the draws; the games' seeds are of practice.
    """
    rng = np.random.default_rng(seed)
    running = make_game(game.name)
    found: dict[bool, list[Attempt]] = {True: [], False: []}
    number = 0
    while min(map(len, found.values())) < count // 2 and number < 50 * count:
        running.reset(child_seed(seed, "judging protocols", str(number)))
        task, gained = _played(game, running, rng)
        number += 1
        want = len(found[True]) <= len(found[False])
        facts = [name for name in game.achievements if (name in gained) == want]
        if facts:
            fact = str(rng.choice(facts))
            claim = facts_in_words({fact: 1}).replace("_", " ") + ", in the course of the attempt"
            found[want].append(Attempt(replace(task, claim=claim), want))
    running.close()
    return [each for pair in zip(*found.values(), strict=False) for each in pair]


def _played(game: GameSpec, running: Game, rng: np.random.Generator) -> tuple[JudgeTask, Facts]:
    """An attempt of random steps, and the achievements in it."""
    views = Views(captions=False, frames=not game.terminal, screens=game.terminal)
    for _ in range(int(rng.integers(60))):  # somewhere in the game, not always at its start
        if running.status is EndStatus.RUNNING:
            running.step(int(rng.integers(len(game.actions))))
    begin, before = running.steps, running.facts()
    views.look(running, 0)
    while running.status is EndStatus.RUNNING and running.steps - begin < ATTEMPT_STEPS:
        running.step(int(rng.integers(len(game.actions))))
        views.look(running, running.steps - begin)
    views.look(running, running.steps - begin, last=True)
    seen, after = views.chosen(), running.facts()
    gained = {name: 1 for name in game.achievements if after[name] > before[name]}
    task = JudgeTask(
        task="attempt", obtains={}, kinds={}, before={}, after={}, frames=seen.frames,
        frame_steps=seen.steps, event_frames=seen.events, course_seen=seen.course_seen, screens=seen.screens,
    )  # fmt: skip
    return task, gained


@contextmanager
def stand_in(attempts: Sequence[Attempt], accuracy: float, seed: int) -> Iterator[str]:
    """The address of a server that is right with a probability; it knows the attempts by their pictures."""
    rng = np.random.default_rng(seed)
    truths = {_shown(each.task): each.true for each in attempts}

    def reply(request: Request) -> str:
        text = text_of(request)
        if "Break it down into one to four criteria" in text:
            return criteria_reply()
        if '{"argument": "..."}' in text:
            return '{"argument": "' + "it can be seen in the last view " * 8 + '"}'
        blocks = tuple(block["image_url"]["url"].partition(",")[2] for block in picture_blocks(request))
        claim = text.partition("The claim: ")[2].partition("\n")[0]
        right = rng.random() < accuracy
        return judgement_reply(len(blocks), done=truths[(claim, blocks)] == right)

    with chat_server(reply) as server:
        yield server.address


def _shown(task: JudgeTask) -> tuple[str, tuple[str, ...]]:
    return task.claim, tuple(picture.block()["base64"] for picture in AttemptViews.of(task).pictures)


def open_named(llm: str) -> LanguageModel:
    """A model by name, without any record."""
    handle = open_chat_model(llm, None, Secrets())
    return LanguageModel(client=ModelClient(model=handle, meter=Meter(model=llm, prices=PriceTable.load())))


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare the protocols of the chat judge."""
    parser = argparse.ArgumentParser(prog="python -m agent.bench.judging_protocols", description=main.__doc__)
    parser.add_argument("--game", default="toy", help="a game with achievements and pictures")
    parser.add_argument("--attempts", type=int, default=40, help="attempts, half of them true")
    parser.add_argument("--seed", type=int, default=0, help="of the attempts")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--llm", help="a live model that sees; it costs money")
    who.add_argument("--stand-in", action="store_true", help="a server on loopback that guesses")
    parser.add_argument("--accuracy", type=float, default=0.8, help="of one sample of the stand-in")
    options = parser.parse_args(arguments)
    game = game_spec(options.game)
    attempts = collect(game, options.attempts, options.seed)
    if options.stand_in:
        with stand_in(attempts, options.accuracy, options.seed) as address:
            scores = compare(game, attempts, lambda: open_named(address))
    else:
        scores = compare(game, attempts, lambda: open_named(options.llm))
    records = [score.to_record() for score in scores]
    if options.json:
        print_json({"game": game.name, "protocols": records})
        return 0
    for record in records:
        result(_line(record))
    return 0


def _line(record: Mapping[str, Any]) -> str:
    accuracy = "-" if record["accuracy"] is None else f"{record['accuracy']:.1%}"
    false = "-" if record["false_done"] is None else f"{record['false_done']:.1%}"
    return (
        f"{record['protocol']}: accuracy {accuracy} at {record['coverage']:.0%} coverage, "
        f"false done {false}, {record['calls']} calls, {record['tokens_per_attempt']:,.0f} tokens an attempt"
    )


if __name__ == "__main__":
    raise SystemExit(main())
