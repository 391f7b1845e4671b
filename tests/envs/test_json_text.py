import json

import pytest

from envs.json_text import parsed

DEEP = "[" * 100_000


def test_json_is_parsed_as_it_is() -> None:
    value = {"a": [1, 2.5, None, "x"]}
    assert parsed(json.dumps(value)) == parsed(json.dumps(value).encode()) == value


@pytest.mark.parametrize("text", [DEEP, '{"a":' * 100_000, "9" * 5_000, "", "{", b"\xff\xfe\xfd"])
def test_whatever_is_wrong_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        parsed(text)
