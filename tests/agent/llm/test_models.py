import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.errors import BadConfig
from agent.llm.errors import BadPack, MissingKey, MissingPackage, UnknownModel, UnknownPrice
from agent.llm.keys import KEY_VARIABLES, Secrets
from agent.llm.meter import Caps
from agent.llm.models import ModelSettings, open_chat_model
from agent.llm.open_model import ModelOptions, open_model

NOTHING = Secrets(Path("none"), {})
KEY = "sk-secret-0123456789"


@pytest.mark.parametrize("name", ["gpt-5", "", "recorded", "recorded:x", ":m", "openai:"])
def test_names_of_no_known_form_are_errors(name: str) -> None:
    with pytest.raises(UnknownModel, match=f"no chat model '{name}'; expected 'recorded', 'provider:model'"):
        open_chat_model(name, secrets=NOTHING)


@pytest.mark.parametrize(("provider", "variable"), sorted(KEY_VARIABLES.items()))
def test_a_missing_key_names_its_variable(provider: str, variable: str) -> None:
    with pytest.raises(
        MissingKey, match=f"model '{provider}:m' needs a key: set the environment variable {variable}"
    ):
        open_chat_model(f"{provider}:m", secrets=NOTHING)


def test_a_known_provider_opens_with_its_key_and_does_not_show_it() -> None:
    handle = open_chat_model("openai:gpt-5-mini", secrets=Secrets(Path("none"), {"OPENAI_API_KEY": KEY}))
    assert handle.name == "openai:gpt-5-mini"
    assert KEY not in repr(handle)
    assert KEY not in str(handle.chat)


def test_a_provider_without_its_package_says_what_to_install() -> None:
    secrets = Secrets(Path("none"), {"XAI_API_KEY": KEY})
    with pytest.raises(MissingPackage, match=r"provider 'xai' needs a package .* pip install langchain-xai"):
        open_chat_model("xai:grok", secrets=secrets)


def test_an_unknown_provider_gets_a_suggestion() -> None:
    with pytest.raises(UnknownModel, match="model 'opnai:gpt-5' cannot be opened; did you mean 'openai'"):
        open_chat_model("opnai:gpt-5", secrets=NOTHING)


@pytest.mark.parametrize(
    "address", ["http://user:pw@host/v1", "https://host/v1?api_key=abc", "http:///v1", "https://me@host/v1"]
)
def test_addresses_with_credentials_are_refused_without_repeating_them(address: str) -> None:
    with pytest.raises(UnknownModel, match="JOURNEYMAN_API_KEY") as caught:
        open_chat_model(address, secrets=NOTHING)
    assert "pw" not in str(caught.value).replace("password", "")
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "name", "model"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v1", "default"),
        ("http://127.0.0.1:8080/v1/#qwen", "http://127.0.0.1:8080/v1#qwen", "qwen"),
        ("https://host/api/v2", "https://host/api/v2", "default"),
    ],
)
def test_a_server_address_becomes_base_and_model(address: str, name: str, model: str) -> None:
    handle = open_chat_model(address, secrets=NOTHING)
    assert handle.name == name
    assert handle.chat._identifying_params["model_name"] == model


def test_a_missing_model_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match=r"no model file '.*gone\.gguf'"):
        open_chat_model(str(tmp_path / "gone.gguf"), secrets=NOTHING)


def test_a_model_file_without_the_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(MissingPackage, match=r"'m.gguf' needs the package 'xllamacpp'.*journeyman\[local\]"):
        open_chat_model(str(path), secrets=NOTHING)


class _Parameters:
    """Stands for the parameters of the package that serves GGUF files."""

    def __init__(self) -> None:
        self.model = SimpleNamespace()
        self.n_ctx = 0


@pytest.mark.parametrize(
    ("settings", "context"),
    [
        (ModelSettings(), 16384),
        (ModelSettings(max_output_tokens=1000), 9192),
        (ModelSettings(context_tokens=4096), 4096),
    ],
)
def test_the_context_of_a_model_file_holds_question_and_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: ModelSettings, context: int
) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF")
    served: list[_Parameters] = []

    def serve(parameters: _Parameters) -> SimpleNamespace:
        served.append(parameters)
        return SimpleNamespace(listening_address="http://127.0.0.1:9")

    stand_in = SimpleNamespace(CommonParams=_Parameters, Server=serve)
    monkeypatch.setitem(sys.modules, "xllamacpp", stand_in)
    handle = open_chat_model(str(path), settings, NOTHING)
    assert [parameters.n_ctx for parameters in served] == [context]
    assert handle.room is not None and handle.room.for_prompt(2000) < context - 2000
    handle.close()


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("", {"timeout": 300.0, "trust_env": False}),
        ("localhost:11434", {"timeout": 300.0, "trust_env": False}),
        ("https://ollama.example", {"timeout": 300.0}),
    ],
)
def test_ollama_is_told_the_limits_by_its_own_names(
    monkeypatch: pytest.MonkeyPatch, host: str, network: dict[str, object]
) -> None:
    asked: dict[str, object] = {}
    monkeypatch.setenv("OLLAMA_HOST", host)
    monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda model, **given: asked.update(given))
    open_chat_model("ollama:qwen3", ModelSettings(max_output_tokens=1000, context_tokens=9000), NOTHING)
    assert (asked["num_predict"], asked["num_ctx"], asked["client_kwargs"]) == (1000, 9000, network)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"timeout_s": 0}, "timeout_s is 0; expected more than 0"),
        ({"timeout_s": 1e9}, r"timeout_s is 1000000000\.0; expected at most 604,800"),
        ({"timeout_s": float("nan")}, "timeout_s is nan; expected more than 0"),
        ({"max_output_tokens": -1}, "max_output_tokens is -1; expected more than 0"),
        ({"context_tokens": 0}, "context_tokens is 0; expected more than 0"),
        ({"max_reply_bytes": 0}, "max_reply_bytes is 0; expected more than 0"),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadConfig, match=reason):
        ModelSettings(**settings)


@pytest.mark.parametrize("address", ["http://host:port/v1", "http://[::1", "https://host:0/v1"])
def test_addresses_that_are_none_are_refused(address: str) -> None:
    with pytest.raises(UnknownModel, match="address must be plain, 'http://host:port/v1#model'"):
        open_chat_model(address, secrets=NOTHING)


def test_keys_come_from_the_environment_before_the_file_and_stay_out_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text(
        "OPENAI_API_KEY=from-file-123\nGROQ_API_KEY=groq-file-123\nEMPTY_KEY=\n", encoding="utf-8"
    )
    monkeypatch.delenv("GROQ_API_KEY", raising=False)
    secrets = Secrets(dotenv, {"OPENAI_API_KEY": "from-shell-123", "XAI_API_KEY": ""})
    assert secrets.get("OPENAI_API_KEY") == "from-shell-123"
    assert secrets.get("GROQ_API_KEY") == "groq-file-123"
    assert (secrets.get("EMPTY_KEY"), secrets.get("XAI_API_KEY")) == (None, None)
    import os

    assert "GROQ_API_KEY" not in os.environ
    assert "123" not in repr(secrets)
    assert secrets.redact("a from-shell-123 b groq-file-123") == "a [OPENAI_API_KEY] b [GROQ_API_KEY]"


def test_a_live_seat_with_a_cap_in_money_wants_a_price() -> None:
    with pytest.raises(UnknownPrice, match=r"'http://127.0.0.1:1/v1' is not known"):
        open_model("http://127.0.0.1:1/v1", "garden", ModelOptions(caps=Caps(max_usd=1.0)), NOTHING)


def test_replay_of_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="no record of answers at"):
        open_model(f"recorded:{tmp_path / 'answers.jsonl'}", "garden")
    with pytest.raises(BadPack, match=r"answer pack 'gone.json' cannot be used"):
        open_model(f"recorded:{tmp_path / 'gone.json'}", "garden")


@pytest.mark.slow
def test_importing_the_seat_loads_nothing_heavy() -> None:
    heavy = ("langchain", "langchain_core", "openai", "torch", "xllamacpp", "gymnasium")
    ours = "agent.llm.open_model, agent.llm.pack_writer"
    code = f"import sys, {ours}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
