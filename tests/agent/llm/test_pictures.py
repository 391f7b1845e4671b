"""Pictures in questions: real requests to a server on loopback, keys on pixels, models that take none."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from agent.llm.answer_log import read_log
from agent.llm.answer_pack import AnswerPack
from agent.llm.errors import BadPicture, CannotSee, ModelUnavailable, PromptTooLong, UnknownModel
from agent.llm.failures import classify
from agent.llm.kept_answers import PackFile
from agent.llm.message import Message
from agent.llm.models import GgufFiles, open_chat_model
from agent.llm.pictures import LEAST_SIDE, Picture, by_hash, content_of, content_tokens, prompt_tokens
from agent.llm.question import build_request
from agent.llm.replies import GoalFacts
from tests.agent.llm.llm_bench import Bench
from tests.agent.llm.openai_server import OpenAIServer, Say, Status

GOOD = '```json\n{"facts": {"berries": 2}, "impossible": ""}\n```'
Make = Callable[..., Bench]


def noise(seed: int, *, side: int = 72) -> Picture:
    return Picture.enlarged(np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8))


def ask(bench: Bench, game: dict[str, str], *pictures: Picture) -> dict[str, int]:
    goal = "what is here: " + " and ".join(picture.reference for picture in pictures) + "?"
    asked = bench.model.ask_about(pictures, "parse_goal", GoalFacts, {**game, "goal": goal})
    return asked.reply.facts


def images(request: dict[str, Any]) -> list[str]:
    """The data addresses of the images in a request to the server, in order."""
    return [
        block["image_url"]["url"]
        for message in request["messages"]
        if isinstance(message["content"], list)
        for block in message["content"]
        if block["type"] == "image_url"
    ]


class TestSending:
    def test_the_very_pixels_arrive_in_the_places_of_their_references(
        self, bench: Make, server: OpenAIServer, game: dict[str, str]
    ) -> None:
        server.play(Say(GOOD))
        first, second = noise(1), noise(2, side=500)
        assert ask(bench(), game, first, second) == {"berries": 2}
        (request,) = server.requests
        blocks = request["messages"][-1]["content"]
        assert [block["type"] for block in blocks[-5:]] == [
            "text", "image_url", "text", "image_url", "text",
        ]  # fmt: skip
        assert blocks[-3]["text"] == "and" and "sha256" not in json.dumps(blocks)
        for url, picture in zip(images(request), (first, second), strict=True):
            assert url.startswith("data:image/png;base64,")
            sent = np.asarray(Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))))
            assert np.array_equal(sent, picture.pixels)

    def test_the_same_pixels_make_the_same_request_word_for_word(
        self, bench: Make, server: OpenAIServer, game: dict[str, str]
    ) -> None:
        """No random name is in it."""
        server.play(Say("no JSON"), Say(GOOD))
        assert ask(bench(), game, noise(1)) == {"berries": 2}
        first, second = server.requests
        assert second["messages"][: len(first["messages"])] == first["messages"]
        assert images(second) == images(first), "the repair round shows the picture again"

    def test_a_question_without_pictures_is_sent_as_before(
        self, bench: Make, server: OpenAIServer, game: dict[str, str]
    ) -> None:
        server.play(Say(GOOD))
        unknown = noise(3).reference
        bench().model.ask("parse_goal", GoalFacts, **game, goal=f"two berries {unknown}")
        assert isinstance(server.requests[0]["messages"][-1]["content"], str)
        assert unknown in server.requests[0]["messages"][-1]["content"]


class TestKeys:
    def test_the_key_is_of_pixels(self, game: dict[str, str]) -> None:
        one, same, other = noise(1), Picture(noise(1).pixels.copy()), noise(2)
        keys = [build_request("parse_goal", {**game, "goal": p.reference}).key for p in (one, same, other)]
        assert keys[0] == keys[1] != keys[2]

    def test_the_shape_counts(self) -> None:
        flat = np.zeros((2, 8, 3), np.uint8)
        assert Picture(flat).hash != Picture(flat.reshape(8, 2, 3)).hash

    def test_a_known_hash(self) -> None:
        """SHA-256 of ``1,1,3;`` and three zero bytes; recorded answers rest on it."""
        import hashlib

        assert Picture(np.zeros((1, 1, 3), np.uint8)).hash == hashlib.sha256(b"1,1,3;\0\0\0").hexdigest()

    def test_an_answer_is_recorded_by_its_hashes_and_found_again_without_a_server(
        self, bench: Make, server: OpenAIServer, game: dict[str, str], tmp_path: Path
    ) -> None:
        server.play(Say(GOOD))
        path = tmp_path / "garden.json"
        recording = PackFile(path=path, pack=AnswerPack("garden"))
        model = bench(recording=recording)
        assert ask(model, game, noise(1)) == {"berries": 2}
        text = path.read_text(encoding="utf-8")
        assert noise(1).reference in text and "base64" not in text and len(text) < 20_000
        assert "base64" not in model.log.path.read_text(encoding="utf-8")
        assert len(read_log(model.log.path).answers) == 1
        from agent.llm.asking import LanguageModel

        replay = LanguageModel(records=[AnswerPack.load(path)])
        goal = f"what is here: {noise(1).reference}?"
        asked = replay.ask_about([noise(1)], "parse_goal", GoalFacts, {**game, "goal": goal})
        assert asked.reply.facts == {"berries": 2}
        assert len(server.requests) == 1


class TestTextOnly:
    def test_a_model_known_to_read_text_only_is_refused_before_anything_is_sent(
        self, bench: Make, server: OpenAIServer, game: dict[str, str]
    ) -> None:
        model = bench()
        assert model.model.client is not None
        model.model.client.model = replace(model.model.client.model, sees=False)
        with pytest.raises(CannotSee, match=r"takes no pictures: it is known to read text only\. Name one"):
            ask(model, game, noise(1))
        assert server.requests == []

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            (400, "Invalid content type. image_url is only supported by certain models."),
            (500, "image input is not supported - hint: you may need to provide the mmproj"),
            (404, "No endpoints found that support image input"),
            (422, "This model does not support images"),
            (400, "messages.1.content: Input should be a valid string"),
        ],
    )
    def test_a_server_that_refuses_pictures_is_asked_once(
        self, bench: Make, server: OpenAIServer, game: dict[str, str], code: int, words: str
    ) -> None:
        server.play(Status(code, message=words), Say(GOOD))
        model = bench()
        with pytest.raises(CannotSee, match=r"takes no pictures: HTTP \d+.*mmproj=mmproj\.gguf"):
            ask(model, game, noise(1))
        assert (len(server.requests), model.waits) == (1, [])
        assert [failed.error for failed in model.log.contents.failed] == ["CannotSee"]

    def test_the_same_words_without_a_picture_are_an_ordinary_failure(
        self, bench: Make, server: OpenAIServer, game: dict[str, str]
    ) -> None:
        server.play(Status(400, message="This model does not support images"))
        with pytest.raises(ModelUnavailable):
            bench().model.ask("parse_goal", GoalFacts, **game, goal="berries")

    def test_what_langchain_says_of_models(self) -> None:
        from agent.llm.keys import Secrets

        secrets = Secrets(Path("none"), {"OPENAI_API_KEY": "sk-test-test-test"})
        sees = [
            open_chat_model(f"openai:{name}", None, secrets).sees
            for name in ("gpt-5-mini", "gpt-3.5-turbo", "a-model-of-next-year")
        ]
        assert sees == [True, False, None]

    def test_trouble_of_another_kind_is_not_blindness(self) -> None:
        class Refused(Exception):
            status_code = 400

        assert not classify(Refused("the image is too large: at most 20 MB")).blind


class TestGguf:
    def test_names(self) -> None:
        assert GgufFiles.named("a/b.gguf") == (Path("a/b.gguf"), None)
        assert GgufFiles.named("b.gguf,mmproj=c/d.gguf") == (Path("b.gguf"), Path("c/d.gguf"))
        assert GgufFiles.named("openai:gpt-5") is None
        assert GgufFiles.named("b.gguf,mmproj=d.bin") is None

    def test_a_projector_that_is_not_there(self, tmp_path: Path) -> None:
        (tmp_path / "b.gguf").write_bytes(b"GGUF")
        with pytest.raises(UnknownModel, match=r"no model file '.*eyes\.gguf'.*',mmproj='"):
            open_chat_model(f"{tmp_path}/b.gguf,mmproj={tmp_path}/eyes.gguf")


class TestRoom:
    def test_pictures_count_by_their_size_and_not_by_their_letters(self) -> None:
        picture = noise(1)
        assert picture.pixels.shape == (LEAST_SIDE, LEAST_SIDE, 3)
        message = Message(role="user", content=f"12345678{picture.reference}")
        text = -(-len(message.content) // 4)
        assert prompt_tokens([message], by_hash([picture])) == text + 85 + 170
        blocks = content_of(message.content, by_hash([picture]))
        assert isinstance(blocks, list) and isinstance(blocks[1], dict)
        url = "data:image/png;base64," + blocks[1]["base64"]
        sent = [blocks[0], {"type": "image_url", "image_url": {"url": url}}]
        assert content_tokens(sent) == 2 + 85 + 170

    def test_a_question_with_pictures_that_does_not_fit_is_not_sent(
        self, bench: Make, server: OpenAIServer, game: dict[str, str]
    ) -> None:
        model = bench(context_tokens=1500)
        with pytest.raises(PromptTooLong, match="leaves no room for a reply"):
            ask(model, game, *map(noise, range(6)))
        assert server.requests == []


@pytest.mark.parametrize(
    "pixels", [np.zeros((4, 4)), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4, 3), np.uint8), "x"]
)
def test_what_is_no_picture(pixels: Any) -> None:
    with pytest.raises(BadPicture, match=r"uint8\[height, width, 3\]"):
        Picture(pixels)
    with pytest.raises(BadPicture):
        Picture.enlarged(pixels)


def test_enlarged_by_whole_pixels() -> None:
    small = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    large = Picture.enlarged(small, least_side=5).pixels
    assert large.shape == (6, 6, 3)
    assert np.array_equal(large[::3, ::3], small) and np.array_equal(large[2::3, 2::3], small)
