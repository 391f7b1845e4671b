"""What a whole practice would cost with a live model, judging by pictures included.

    python -m agent.bench.judging_cost --game crafter --max-judge-calls 100

Every question of the game's recorded pack is put to a stand-in server on loopback, through the same client
that asks live models, and so are judgements of real attempts with their pictures, as many as the cap allows.
The server counts; the price table says what that would cost.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from agent.cli.output import print_json, result
from agent.judges.chat.judge import ChatJudge
from agent.llm.answer import Answer, Usage
from agent.llm.answer_pack import shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.client import ModelClient
from agent.llm.estimate import REPAIR_SHARE, REPLY_TOKENS_PER_SKILL
from agent.llm.keys import Secrets
from agent.llm.message import CHARACTERS_PER_TOKEN, Message
from agent.llm.meter import Meter, PriceTable
from agent.llm.models import open_chat_model
from agent.llm.prompt import load_prompt
from agent.llm.question import build_request
from agent.llm.vocabulary import game_variables
from agent.testing.chat_server import ChatServer, Request, chat_server, text_of
from agent.testing.judging import criteria_reply, judgement_reply
from envs.facts import EndStatus
from envs.game import GameSpec
from envs.registry import game_spec, make_game
from envs.seeding import child_seed
from planners.execution.judge import JudgeTask
from planners.execution.views import Views

PRACTICE_PROMPTS: Final = frozenset(
    {
        "propose_tasks", "propose_more_tasks", "skill_effects", "skill_reward", "skill_option",
        "option_test", "guards", "shield", "practice_arenas", "next_skill",
    }
)  # fmt: skip
"""What practice asks, with chains switched on; packs hold answers to other commands' questions, too."""

ATTEMPT_STEPS: Final = 200
"""Game steps of a judged attempt: long enough for all the views that there may be."""

CLAIMS_JUDGED: Final = 10
"""Different claims among the attempts; each is broken down once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the bill.

    Attributes:
        name: what was asked.
        calls: model calls.
        usage: tokens as the server counted them.
        picture_tokens: those of pictures among them.
    """

    name: str
    calls: int
    usage: Usage
    picture_tokens: int = 0

    def times(self, factor: float, name: str) -> Part:
        """The part again, so often, rounded up."""
        scaled = [math.ceil(n * factor) for n in (self.usage.input_tokens, self.usage.output_tokens)]
        return Part(
            name=name,
            calls=math.ceil(self.calls * factor),
            usage=Usage(input_tokens=scaled[0], output_tokens=scaled[1]),
            picture_tokens=math.ceil(self.picture_tokens * factor),
        )


def count_practice(game: GameSpec, judge_calls: int) -> list[Part]:
    """What a practice asks, part by part, as a server counts it; nothing leaves this machine.

    Args:
        game: the game, of which recorded answers are shipped.
        judge_calls: the cap on judging; all of it is used.
    """
    answers = [a for a in shipped_pack(game.name) if a.request.prompt_id in PRACTICE_PROMPTS]
    replies = {answer.request.messages[-1].content: answer.reply for answer in answers}
    with chat_server(lambda request: _said(request, replies)) as server:
        model = _model(server)
        parts = [
            _design(server, model, answers),
            _tests(server, model, game, [a for a in answers if a.request.prompt_id == "skill_option"]),
        ]
        parts.append(_repairs(parts))
        parts.append(_judging(server, model, game, judge_calls))
    return parts


def _model(server: ChatServer) -> LanguageModel:
    handle = open_chat_model(server.address, None, Secrets(Path("none"), {}))
    return LanguageModel(client=ModelClient(model=handle, meter=Meter()))


def _said(request: Request, replies: dict[str, str]) -> str:
    """What the stand-in says: what is recorded, else a reply of the usual length."""
    last = request["messages"][-1]["content"]
    if isinstance(last, str) and last in replies:
        return replies[last]
    text = text_of(request)
    if "Break it down into one to four criteria" in text:
        return criteria_reply()
    if views := text.count("\nView ") or text.count("View 1 of"):
        return judgement_reply(views)
    return "x" * (CHARACTERS_PER_TOKEN * REPLY_TOKENS_PER_SKILL["option_test"])


def _counted(server: ChatServer, begin: int, name: str) -> Part:
    served = server.served[begin:]
    return Part(
        name=name,
        calls=len(served),
        usage=sum((each.usage for each in served), Usage()),
        picture_tokens=sum(each.picture_tokens for each in served),
    )


def _call(model: LanguageModel, messages: Sequence[Message]) -> None:
    assert model.client is not None
    model.client.call(messages)


def _design(server: ChatServer, model: LanguageModel, answers: Sequence[Answer]) -> Part:
    """Every recorded question of practice, and its reply."""
    begin = len(server.served)
    for answer in answers:
        _call(model, answer.request.messages)
    return _counted(server, begin, "tasks, effects, rewards, options, guards")


def _tests(server: ChatServer, model: LanguageModel, game: GameSpec, options: Sequence[Answer]) -> Part:
    """The tests of options, which are asked live only; one for each option that is recorded."""
    begin = len(server.served)
    known = game_variables(game)
    own = dict.fromkeys(load_prompt("option_test").variables - set(known), "x" * 60)
    used = {name: text for name, text in known.items() if name in load_prompt("option_test").variables}
    for answer in options:
        code = {"initiation": answer.reply, "termination": ""}
        variables = {**own, **{name: text for name, text in code.items() if name in own}, **used}
        _call(model, build_request("option_test", variables).messages)
    return _counted(server, begin, "tests of options")


def _repairs(parts: Sequence[Part]) -> Part:
    """Repair rounds for a share of the questions."""
    usage = sum((part.usage for part in parts), Usage())
    whole = Part(name="", calls=sum(part.calls for part in parts), usage=usage)
    return whole.times(REPAIR_SHARE, f"repair rounds ({REPAIR_SHARE:.0%} of the questions)")


def _judging(server: ChatServer, model: LanguageModel, game: GameSpec, cap: int) -> Part:
    """Judgements of attempts until the cap is reached; that the embedded judge comes first only lowers it."""
    begin = len(server.served)
    judge = ChatJudge(model, game, cap)
    number = 0
    while len(server.served) - begin + 2 <= cap:
        judge.judge(_attempt(game, number))
        number += 1
    return _counted(server, begin, f"judging by looking (at most {cap} calls)")


def _attempt(game: GameSpec, number: int) -> JudgeTask:
    """An attempt of random steps, on a seed of practice."""
    running = make_game(game.name)
    running.reset(child_seed(0, "judging cost", str(number)))
    rng = np.random.default_rng(number)
    views = Views(captions=False, frames=not game.terminal, screens=game.terminal)
    views.look(running, 0)
    while running.steps < ATTEMPT_STEPS and running.status is EndStatus.RUNNING:
        running.step(int(rng.integers(len(game.actions))))
        views.look(running, running.steps)
    views.look(running, running.steps, last=True)
    seen = views.chosen()
    claim = f"the player stands in a gap of one cell between two trees ({number % CLAIMS_JUDGED + 1})"
    task = JudgeTask(task="gap", obtains={}, kinds={}, before={}, after={}, claim=claim)
    running.close()
    return replace(
        task, frames=seen.frames, frame_steps=seen.steps, event_frames=seen.events, screens=seen.screens
    )


def bill(parts: Sequence[Part], prices: PriceTable) -> dict[str, Any]:
    """The bill as plain values: the parts, and what all of it costs with each model of known price."""
    usage = sum((part.usage for part in parts), Usage())
    return {
        "parts": [
            {
                "name": part.name,
                "calls": part.calls,
                "input_tokens": part.usage.input_tokens,
                "of_pictures": part.picture_tokens,
                "output_tokens": part.usage.output_tokens,
            }
            for part in parts
        ],
        "calls": sum(part.calls for part in parts),
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "prices_as_of": prices.as_of,
        "usd": {name: round(price.of(usage), 3) for name, price in prices.models.items() if price.input},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Count a practice, and print the bill."""
    parser = argparse.ArgumentParser(prog="python -m agent.bench.judging_cost", description=main.__doc__)
    parser.add_argument("--game", default="crafter", help="a game of which answers are shipped")
    parser.add_argument("--max-judge-calls", type=int, default=100, help="cap on judging; all of it is used")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    record = bill(count_practice(game_spec(options.game), options.max_judge_calls), PriceTable.load())
    if options.json:
        print_json(record)
        return 0
    for part in record["parts"]:
        result(
            f"{part['name']}: {part['calls']} calls, {part['input_tokens']:,} tokens in "
            f"({part['of_pictures']:,} of pictures), {part['output_tokens']:,} out"
        )
    tokens = f"{record['input_tokens']:,} tokens in, {record['output_tokens']:,} out"
    result(f"together: {record['calls']} calls, {tokens}")
    for name, usd in record["usd"].items():
        result(f"{name}: {usd:.2f} USD (prices of {record['prices_as_of']})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
