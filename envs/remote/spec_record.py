"""A game's description as JSON, and whether it agrees with itself."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from envs.contract.check_spec import spec_violations
from envs.game import GameSpec
from envs.remote.errors import BadDescription
from envs.text import listed, plain

MOST_TOLD = 5
"""Contradictions that a message lists."""


def spec_to_record(spec: GameSpec) -> dict[str, Any]:
    """A description as JSON values.

    >>> from envs.toy.spec import SPEC
    >>> spec_from_record(spec_to_record(SPEC), "toy") == SPEC
    True
    """
    record: dict[str, Any] = json.loads(_adapter().dump_json(spec, fallback=dict, warnings=False))
    return record


def spec_from_record(record: object, name: str, expected: GameSpec | None = None) -> GameSpec:
    """The description that a worker gave of itself.

    Args:
        record: JSON values; what `GameSpec` does not know is left out.
        name: of the game, for messages.
        expected: what it must be; of this the worker need not repeat anything.

    Raises:
        BadDescription: a part is missing or of the wrong kind, parts contradict each other, or it is
            another game than the one expected.
    """
    whole = record
    if expected is not None and isinstance(record, dict):
        whole = {**spec_to_record(expected), **record}
    try:
        spec = _adapter().validate_json(json.dumps(whole), strict=True)
    except ValidationError as error:
        told = [": ".join([*map(str, one["loc"]), one["msg"]]) for one in error.errors()[:MOST_TOLD]]
        raise BadDescription(f"the worker of {name!r} describes no game: {plain('; '.join(told))}") from error
    if found := list(spec_violations(spec)):
        more = f" (and {len(found) - MOST_TOLD} more)" if len(found) > MOST_TOLD else ""
        raise BadDescription(
            f"the worker of {name!r} describes a game that contradicts itself: "
            f"{plain('; '.join(found[:MOST_TOLD]))}{more}; mend the world's spec"
        )
    if spec == expected:
        return expected
    if expected is not None:
        differing = [
            one.name for one in fields(GameSpec) if getattr(spec, one.name) != getattr(expected, one.name)
        ]
        raise BadDescription(
            f"the worker of {name!r} describes another game than expected: it differs in "
            f"{listed(differing)}; the two ends must be of the same version"
        )
    return spec


@cache
def _adapter() -> TypeAdapter[GameSpec]:
    return TypeAdapter(GameSpec)
