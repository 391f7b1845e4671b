"""Chat models by name: a provider's, a server's by its address, or a GGUF file served in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.errors import BadConfig
from agent.llm.errors import MissingPackage, ModelUnavailable, UnknownModel
from agent.llm.keys import KEY_VARIABLES, URL_KEY_VARIABLE, Secrets
from agent.records.redaction import shown
from envs.errors import did_you_mean

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FORMS = (
    "'recorded', 'provider:model' such as 'openai:gpt-5-mini' or 'ollama:qwen3', an address such as "
    "'http://127.0.0.1:8080/v1#model', or the path of a .gguf file"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """How a model is called; none of it changes which recorded answers fit."""

    timeout_s: float = 120.0
    "seconds without a byte from the provider before a call is given up; above 0"
    max_output_tokens: int = 8192
    "longest reply, thinking included; 1 or more"
    temperature: float | None = None
    "None leaves the provider's default, which some models insist on"
    context_tokens: int = 8192
    "context of a GGUF file's server; prompt and reply must fit into it"

    def __post_init__(self) -> None:
        for name in ("timeout_s", "max_output_tokens", "context_tokens"):
            if getattr(self, name) <= 0:
                raise BadConfig(f"{name} is {getattr(self, name)!r}; expected more than 0")


def _nothing() -> None:
    """Close nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHandle:
    """An opened chat model.

    Attributes:
        name: for records and prices; holds no secret.
        chat: LangChain's model.
        close: frees what was started for it.
    """

    name: str
    chat: BaseChatModel
    settings: ModelSettings = field(default_factory=ModelSettings)
    secrets: Secrets = field(default_factory=Secrets)
    close: Callable[[], None] = _nothing


def open_chat_model(
    name: str, settings: ModelSettings | None = None, secrets: Secrets | None = None
) -> ModelHandle:
    """Open a chat model by name; nothing is sent yet.

    Raises:
        UnknownModel: the name has none of the known forms, or no such provider or file exists.
        MissingKey: the provider's key is not set.
        MissingPackage: the provider's package, or the one that serves GGUF files, is not installed.
        ModelUnavailable: the GGUF file cannot be loaded.
    """
    settings, secrets = settings or ModelSettings(), secrets or Secrets()
    if name.startswith(("http://", "https://")):
        return _open_address(name, settings, secrets)
    if name.lower().endswith(".gguf"):
        return _open_gguf(Path(name), settings, secrets)
    provider, colon, model = name.partition(":")
    if not colon or not provider or not model or provider == "recorded":
        raise UnknownModel(f"no chat model {secrets.redact(name)!r}; expected {FORMS}")
    return _open_provider(provider, model, settings, secrets)


def _arguments(settings: ModelSettings) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "timeout": settings.timeout_s,
        "max_retries": 0,
        "max_tokens": settings.max_output_tokens,
    }
    if settings.temperature is not None:
        arguments["temperature"] = settings.temperature
    return arguments


def _open_provider(provider: str, model: str, settings: ModelSettings, secrets: Secrets) -> ModelHandle:
    arguments = _arguments(settings)
    if variable := KEY_VARIABLES.get(provider):
        arguments["api_key"] = secrets.require(variable, f"model '{provider}:{model}'")
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(model, model_provider=provider, **arguments)
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise MissingPackage(
            f"provider {provider!r} needs a package that is not installed "
            f"({shown(error)}); usually: pip install {package}"
        ) from None
    except Exception as error:  # a provider's constructor may raise anything
        hint = did_you_mean(
            provider, [*KEY_VARIABLES, "ollama", "azure_openai", "google_vertexai", "bedrock"]
        )
        reason = shown(error, 300)
        raise UnknownModel(f"model '{provider}:{model}' cannot be opened{hint} ({reason})") from None
    return ModelHandle(name=f"{provider}:{model}", chat=chat, settings=settings, secrets=secrets)


def _open_address(address: str, settings: ModelSettings, secrets: Secrets) -> ModelHandle:
    parts = urlsplit(address)
    if parts.username or parts.password or parts.query or not parts.hostname:
        raise UnknownModel(
            "the model server's address must be plain, 'http://host:port/v1#model', without user, "
            f"password or query; a key goes into the environment variable {URL_KEY_VARIABLE}"
        )
    base = parts._replace(fragment="", path=parts.path.rstrip("/") or "/v1").geturl()
    key = secrets.get(URL_KEY_VARIABLE)
    name = f"{base}#{parts.fragment}" if parts.fragment else base
    return _open_compatible(name, base, parts.fragment or "default", key or "none", settings, secrets)


def _open_compatible(
    name: str, base: str, model: str, key: str, settings: ModelSettings, secrets: Secrets
) -> ModelHandle:
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(
        model=model, base_url=base, api_key=key, use_responses_api=False, **_arguments(settings)
    )
    return ModelHandle(name=name, chat=chat, settings=settings, secrets=secrets)


def _open_gguf(path: Path, settings: ModelSettings, secrets: Secrets) -> ModelHandle:
    if not path.is_file():
        raise UnknownModel(f"no model file {str(path)!r}; expected {FORMS}")
    try:
        import xllamacpp
    except ImportError:
        raise MissingPackage(
            f"the model file {path.name!r} needs the package 'xllamacpp'; "
            "install it with: pip install 'journeyman[local]'"
        ) from None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = settings.context_tokens
    parameters.n_parallel = 1
    parameters.verbosity = -1
    try:
        servers = [xllamacpp.Server(parameters)]
    except Exception as error:  # the library raises bare exceptions for files it cannot load
        raise ModelUnavailable(f"model file {path.name!r} cannot be loaded: {shown(error)}") from error
    handle = _open_compatible(
        f"gguf:{path.name}", f"{servers[0].listening_address}/v1", "local", "none", settings, secrets
    )
    # The server stops when the last reference to it goes.
    return ModelHandle(
        name=handle.name, chat=handle.chat, settings=settings, secrets=secrets, close=servers.clear
    )
