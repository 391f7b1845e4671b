"""The server answers a recorded episode of the unmodified package byte by byte as it did."""

from __future__ import annotations

import json

import pytest

from tests.envs.minecraft.wire.client import Client, served
from tests.envs.minecraft.wire.golden import CLIENT, ENGINE, load


@pytest.fixture(scope="module")
def frames() -> list[tuple[str, bytes]]:
    return load()


def test_a_recorded_episode_is_answered_as_it_was(frames: list[tuple[str, bytes]]) -> None:
    with served() as (server, _):
        client = Client(server.port, hello=None)
        for who, payload in frames:
            if who == CLIENT:
                client.send(payload)
            else:
                assert client.receive() == payload
        assert client.receive() is None


def test_it_has_every_message(frames: list[tuple[str, bytes]]) -> None:
    said = [payload for who, payload in frames if who == CLIENT]
    starts = (
        b"<MalmoEnv0.37.0/>",
        b"<Quit/>",
        b"<MissionInit ",
        b"<Peek/>",
        b"<StepClient0>",
        b"<StepServer>",
    )
    for start in (*starts, b"<Disconnect/>"):
        assert any(payload.startswith(start) for payload in said), start
    steps = [payload for payload in said if payload.startswith(b"<StepClient0>")]
    assert all(step.endswith(b"</StepClient0 >") for step in steps)
    assert b"chat /summon sheep " in steps[0]


def test_its_first_answers_are_those_of_the_table(frames: list[tuple[str, bytes]]) -> None:
    answers = [payload for who, payload in frames if who == ENGINE]
    assert answers[:2] == [b"\0\0\0\1", b"\0\0\0\1"]
    assert len(answers[2]) == 8 * 12 * 3
    assert len(json.loads(answers[3])["stat"]["use_item"]["minecraft"]) == 392
    assert answers[4] == b"\0"
    assert answers[6] == bytes(9) + b"\1"
