"""The bill of a live practice, on the toy game, counted by a server on loopback."""

import json

import pytest

from agent.bench.judging_cost import bill, count_practice, main
from agent.llm.meter import PriceTable
from envs.registry import game_spec


@pytest.fixture(scope="module")
def record() -> dict:
    return bill(count_practice(game_spec("toy"), judge_calls=7), PriceTable.load())


def test_every_question_of_practice_is_asked_and_counted(record: dict) -> None:
    design, tests, repairs, judging = record["parts"]
    # 1 proposal, 6 effects, 6 options, 4 rewards, guards, shield, 7 for what may come next in a chain;
    # 6 tests of options; a fifth again.
    assert (design["calls"], tests["calls"], repairs["calls"]) == (26, 6, 7)
    assert design["input_tokens"] > 26 * 500 and design["of_pictures"] == 0
    assert 6 <= judging["calls"] <= 7, "the cap is kept"
    assert record["calls"] == sum(part["calls"] for part in record["parts"])


def test_pictures_cost_what_their_size_says(record: dict) -> None:
    judging = record["parts"][-1]
    assert judging["of_pictures"] > 0 and judging["of_pictures"] % (85 + 170) == 0
    assert judging["of_pictures"] < judging["input_tokens"] < judging["of_pictures"] + 7 * 1000


def test_the_price_is_that_of_the_table(record: dict) -> None:
    usd = (record["input_tokens"] * 0.25 + record["output_tokens"] * 2.0) / 1e6
    assert record["usd"]["openai:gpt-5-mini"] == pytest.approx(usd, abs=1e-3)
    assert "gguf:*" not in record["usd"]


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--game", "toy", "--max-judge-calls", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["parts"][-1]["calls"] <= 3
