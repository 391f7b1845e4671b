"""Commands as a person types them, in this process."""

import json
from typing import Any

import pytest

from agent.cli import main


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    found, out, err = call(capsys, *arguments, "--json")
    assert found == code, err
    return json.loads(out)
