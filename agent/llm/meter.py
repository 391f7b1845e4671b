"""Counts calls, tokens and money, and stops before a cap is passed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from agent.errors import BadConfig
from agent.llm.answer import Usage
from agent.llm.errors import BudgetExceeded, UnknownPrice
from envs.reading import why_unreadable

PRICE_FILE = Path(__file__).parent / "prices.toml"


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0)
    output: float = Field(ge=0)

    def of(self, usage: Usage) -> float:
        """What the tokens cost, in US dollars.

        >>> Price(input=2.0, output=8.0).of(Usage(input_tokens=500_000, output_tokens=250_000))
        3.0
        """
        return (usage.input_tokens * self.input + usage.output_tokens * self.output) / 1e6


class PriceTable(BaseModel):
    """Prices by model name; a name that ends in ``*`` stands for all that begin so.

    Attributes:
        as_of: month in which the prices were looked up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_version: int = Field(default=1, alias="schema", ge=1, le=1)
    as_of: str
    models: dict[str, Price]

    def price(self, model: str) -> Price | None:
        """The price of a model: an exact name first, then the longest pattern; None when unknown."""
        if model in self.models:
            return self.models[model]
        patterns = [name for name in self.models if fnmatchcase(model, name)]
        return self.models[max(patterns, key=len)] if patterns else None

    @classmethod
    def load(cls, override: Path | None = None) -> PriceTable:
        """The shipped table; entries of the file `override` take precedence.

        Raises:
            BadConfig: a file is unreadable or malformed.
        """
        table = cls._read(PRICE_FILE)
        if override is None:
            return table
        own = cls._read(override)
        return own.model_copy(update={"models": {**table.models, **own.models}})

    @classmethod
    def _read(cls, path: Path) -> PriceTable:
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            raise BadConfig(
                f"price table {path.name!r} cannot be used: {why_unreadable(error)}; expected "
                "'schema = 1', an 'as_of' month "
                'and [models] with entries such as "openai:gpt-5" = { input = 1.25, output = 10.0 }'
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Hard limits for one run; None is no limit."""

    max_calls: int | None = None
    max_tokens: int | None = None
    max_usd: float | None = None

    def __post_init__(self) -> None:
        for name in ("max_calls", "max_tokens", "max_usd"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise BadConfig(f"{name} is {value!r}; expected 0 or more, or nothing for no limit")


@dataclass(slots=True, kw_only=True)
class Meter:
    """What a run has spent on its model, and what it may.

    Attributes:
        model: the model's name, for its price.
        calls: requests sent, those that failed included.
        usage: tokens of all replies, as the provider counted them.
    """

    model: str = ""
    caps: Caps = field(default_factory=Caps)
    prices: PriceTable = field(default_factory=PriceTable.load)
    calls: int = 0
    usage: Usage = field(default_factory=Usage)

    def __post_init__(self) -> None:
        if self.caps.max_usd is not None and self.model and self.price is None:
            raise UnknownPrice(
                f"the price of model {self.model!r} is not known, so a cap of {self.caps.max_usd} USD cannot "
                "be kept; add the model to a price file, or cap calls or tokens instead"
            )

    @property
    def price(self) -> Price | None:
        """The model's price, None when unknown."""
        return self.prices.price(self.model)

    @property
    def usd(self) -> float | None:
        """US dollars spent so far; None when the model's price is unknown."""
        return self.price.of(self.usage) if self.price else None

    def check(self, expected: Usage) -> None:
        """Check that one more call of about this size stays within every cap.

        Args:
            expected: estimated input tokens, and the most output tokens that the reply may have.

        Raises:
            BudgetExceeded: it might exceed one; nothing was sent.
        """
        after = self.usage + expected
        tokens = after.input_tokens + after.output_tokens
        self._within("max_calls", self.calls + 1, self.caps.max_calls, "calls")
        self._within("max_tokens", tokens, self.caps.max_tokens, "tokens")
        if self.price is not None:
            self._within("max_usd", round(self.price.of(after), 6), self.caps.max_usd, "USD")

    def _within(self, name: str, value: float, cap: float | None, unit: str) -> None:
        if cap is not None and value > cap:
            raise BudgetExceeded(
                f"the next model call could bring this run to {value} {unit}, above {name} = {cap}; "
                f"it was not made. Raise {name}, or go on with recorded answers"
            )

    def count_call(self) -> None:
        """Count a request that is about to be sent."""
        self.calls += 1

    def count_usage(self, usage: Usage) -> None:
        """Count the tokens of a reply."""
        self.usage = self.usage + usage

    def summary(self) -> dict[str, float | int | str | None]:
        """What was spent, for records and reports."""
        return {
            "model": self.model,
            "calls": self.calls,
            "input_tokens": self.usage.input_tokens,
            "output_tokens": self.usage.output_tokens,
            "usd": self.usd,
            "prices_as_of": self.prices.as_of,
        }
