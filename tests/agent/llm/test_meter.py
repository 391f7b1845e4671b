from pathlib import Path

import pytest

from agent.errors import BadConfig
from agent.llm.answer import Usage
from agent.llm.errors import BudgetExceeded, UnknownPrice
from agent.llm.estimate import estimate_live_practice
from agent.llm.meter import Caps, Meter, PriceTable


def usage(tokens_in: int, tokens_out: int) -> Usage:
    return Usage(input_tokens=tokens_in, output_tokens=tokens_out)


def table(tmp_path: Path, models: str) -> Path:
    path = tmp_path / "prices.toml"
    path.write_text(f'schema = 1\nas_of = "2030-01"\n[models]\n{models}\n', encoding="utf-8")
    return path


def test_calls_tokens_and_money_add_up(tmp_path: Path) -> None:
    prices = PriceTable.load(table(tmp_path, '"mine:m" = { input = 2.0, output = 10.0 }'))
    meter = Meter(model="mine:m", prices=prices)
    for _ in range(2):
        meter.count_call()
        meter.count_usage(usage(1000, 100))
    # 2000 tokens in at 2 USD and 200 out at 10 USD per million: 0.004 + 0.002.
    assert meter.summary() == {
        "model": "mine:m",
        "calls": 2,
        "input_tokens": 2000,
        "output_tokens": 200,
        "usd": pytest.approx(0.006),
        "prices_as_of": "2030-01",
    }


def test_a_cap_may_be_reached_but_not_passed() -> None:
    meter = Meter(caps=Caps(max_calls=2))
    meter.count_call()
    meter.check(usage(10, 10))
    meter.count_call()
    with pytest.raises(
        BudgetExceeded, match="bring this run to 3 calls, above max_calls = 2; it was not made"
    ):
        meter.check(usage(10, 10))


def test_tokens_are_capped_by_the_longest_possible_reply() -> None:
    meter = Meter(caps=Caps(max_tokens=1000))
    meter.count_usage(usage(500, 100))
    meter.check(usage(300, 100))
    with pytest.raises(BudgetExceeded, match="to 1001 tokens, above max_tokens = 1000"):
        meter.check(usage(301, 100))


def test_money_is_capped(tmp_path: Path) -> None:
    prices = PriceTable.load(table(tmp_path, '"mine:*" = { input = 1.0, output = 1.0 }'))
    meter = Meter(model="mine:m", prices=prices, caps=Caps(max_usd=0.01))
    meter.check(usage(5000, 5000))
    with pytest.raises(BudgetExceeded, match=r"to 0.010001 USD, above max_usd = 0.01"):
        meter.check(usage(5001, 5000))


def test_an_unknown_price_is_reported_as_unknown_and_cannot_be_capped() -> None:
    assert Meter(model="http://127.0.0.1/v1").usd is None
    with pytest.raises(UnknownPrice, match=r"price of model 'who:knows' is not known, so a cap of 1.0 USD"):
        Meter(model="who:knows", caps=Caps(max_usd=1.0))


def test_exact_prices_win_over_patterns_and_long_patterns_over_short(tmp_path: Path) -> None:
    lines = [
        f'"{name}" = {{ input = {n}.0, output = 0.0 }}' for n, name in enumerate(("m:*", "m:a*", "m:ab"))
    ]
    prices = PriceTable.load(table(tmp_path, "\n".join(lines)))
    found = [prices.price(model) for model in ("m:z", "m:ax", "m:ab", "n")]
    assert [price and price.input for price in found] == [0.0, 1.0, 2.0, None]


def test_an_own_table_goes_on_top_of_the_packaged_one(tmp_path: Path) -> None:
    prices = PriceTable.load(table(tmp_path, '"openai:gpt-5" = { input = 9.0, output = 9.0 }'))
    changed, kept = prices.price("openai:gpt-5"), prices.price("openai:gpt-5-mini")
    assert changed is not None and changed.input == 9.0
    assert kept is not None and kept == PriceTable.load().price("openai:gpt-5-mini")
    free = PriceTable.load().price("gguf:model.gguf")
    assert free is not None and free.of(usage(10**9, 10**9)) == 0.0


@pytest.mark.parametrize(
    "text",
    ["nonsense", "schema = 2\nas_of = 'x'\n[models]", '[models]\n"a" = { input = -1.0, output = 0.0 }'],
)
def test_a_malformed_price_table_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfig, match=r"price table 'own.toml' cannot be used"):
        PriceTable.load(path)


def test_negative_caps_are_errors_and_zero_allows_nothing() -> None:
    with pytest.raises(BadConfig, match="max_calls is -1; expected 0 or more"):
        Caps(max_calls=-1)
    with pytest.raises(BudgetExceeded, match="max_calls = 0"):
        Meter(caps=Caps(max_calls=0)).check(usage(0, 0))


def test_a_live_practice_is_estimated_from_the_rendered_prompts(game: dict[str, str]) -> None:
    none, thirty = estimate_live_practice(0, game), estimate_live_practice(30, game)
    # Tasks, guards and shield once, then four questions for each of 30 skills; a fifth more for repairs.
    assert (none.calls, thirty.calls, thirty.calls_with_repairs) == (3, 123, 148)
    # Replies: (2000 + 500 + 150 + 30 * (250 + 400 + 350 + 600)) * 1.2.
    assert thirty.usage.output_tokens == 60_780
    longer = estimate_live_practice(30, {**game, "manual": game["manual"] + "x" * 4000})
    # 1000 tokens more in each of 123 calls, times 1.2.
    assert longer.usage.input_tokens - thirty.usage.input_tokens == pytest.approx(147_600, abs=1)
