"""Settings as they are written down, also those of older versions."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

from agent.config.values import cast_all
from agent.errors import BadConfig
from skills.files import json_bytes

_DataclassT = TypeVar("_DataclassT")


def from_record(kind: type[_DataclassT], record: Mapping[str, Any]) -> _DataclassT:
    """The configuration that `to_record` wrote, in this version or an older one. Raises `BadConfig`."""
    values = cast_all(kind, {**_BEFORE.get(kind.__name__, {}), **_migrated(record)})
    if lacking := [
        each.name
        for each in dataclasses.fields(cast("Any", kind))
        if _is_required(each) and each.name not in values
    ]:
        raise BadConfig(f"the configuration lacks {', '.join(lacking)}; expected what {kind.__name__} holds")
    return kind(**values)


def _is_required(setting: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return setting.init and setting.default is missing and setting.default_factory is missing


_RENAMED = {
    "train": ("training", {"alone": "separate", "together": "joint"}),
    "network": ("networks", {"conditioned": "shared", "separate": "per_skill"}),
    "looking_judge": ("judge", {}),
}
"""Setting of an older version -> what it is called now, and its values."""


_BEFORE: Mapping[str, Mapping[str, Any]] = {"PracticeConfig": {"update": "stable-baselines3"}}
"""What runs were played with that do not say so, since there was no choice yet."""


def _migrated(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the names and values of today's settings."""
    today = dict(record)
    for old, (new, values) in _RENAMED.items():
        if old in today:
            today[new] = values.get(today.pop(old), record[old])
    return today


def to_record(config: object) -> dict[str, Any]:
    """A configuration as plain JSON values, in the order of its fields."""
    record = dataclasses.asdict(config)  # type: ignore[call-overload]
    return {key: _plain(value) for key, value in record.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return str(value) if isinstance(value, Path) else value


def config_hash(record: Mapping[str, Any]) -> str:
    """A short content hash that does not depend on the order of keys.

    >>> config_hash({"a": 1, "b": 2}) == config_hash({"b": 2, "a": 1})
    True
    """
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "blake2b:" + hashlib.blake2b(json_bytes(text), digest_size=8).hexdigest()
