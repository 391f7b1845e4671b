"""Chat models by name: a provider's, a server's by its address, or a GGUF file served in this process."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from agent.errors import BadConfig
from agent.llm.errors import MissingPackage, ModelUnavailable, UnknownModel
from agent.llm.keys import KEY_VARIABLES, URL_KEY_VARIABLE, Secrets
from agent.llm.network import check_network, is_host, is_loopback
from agent.llm.reply_room import LIMIT_NAMES, ReplyRoom
from envs.errors import did_you_mean
from envs.text import plain

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

FORMS = (
    "'recorded', 'provider:model' such as 'openai:gpt-5-mini' or 'ollama:qwen3', an address such as "
    "'http://127.0.0.1:8080/v1#model', or the path of a .gguf file, for one that sees with "
    "',mmproj=' and the path of its projector behind"
)


LONGEST_WAIT_S = 604_800
"""Seconds that a reply may be waited for at most."""

GGUF_PROMPT_TOKENS = 8192
"""Room for the question in the context of a GGUF file's server, unless a context is given."""


OPENAI_ADDRESS = "https://api.openai.com/v1"
OPENAI_LIMIT = "max_completion_tokens"
"""What OpenAI calls the longest reply; it refuses the name that all others know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """How a model is called; none of it changes which recorded answers fit."""

    timeout_s: float = 300.0
    "seconds for a whole reply, from the question sent to the last byte; above 0"
    max_output_tokens: int = 8192
    "longest reply, thinking included; 1 or more"
    temperature: float | None = None
    "None leaves the provider's default, which some models insist on"
    context_tokens: int | None = None
    "the model's context, question and reply together; None for what its server has"
    max_reply_bytes: int = 8_000_000
    "most bytes of a reply that are read, decompressed; 1 or more"

    def __post_init__(self) -> None:
        for name in ("timeout_s", "max_output_tokens", "context_tokens", "max_reply_bytes"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise BadConfig(f"{name} is {value!r}; expected more than 0")
        if self.timeout_s > LONGEST_WAIT_S:
            raise BadConfig(f"timeout_s is {self.timeout_s!r}; expected at most {LONGEST_WAIT_S:,} (a week)")

    @property
    def gguf_context_tokens(self) -> int:
        """Context of a GGUF file's server: the longest reply, and room for the question before it."""
        return self.context_tokens or self.max_output_tokens + GGUF_PROMPT_TOKENS


class GgufFiles(NamedTuple):
    """The files of a local model: its weights, and the projector of one that sees."""

    model: Path
    mmproj: Path | None = None

    @classmethod
    def named(cls, name: str) -> GgufFiles | None:
        """The files that a model's name means; None where it means no file.

        >>> GgufFiles.named("model.gguf,mmproj=eyes.gguf")
        GgufFiles(model=PosixPath('model.gguf'), mmproj=PosixPath('eyes.gguf'))
        """
        model, comma, mmproj = name.partition(",mmproj=")
        if not model.lower().endswith(".gguf") or not name.lower().endswith(".gguf"):
            return None
        return cls(Path(model), Path(mmproj) if comma else None)


def _nothing() -> None:
    """Close nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelHandle:
    """An opened chat model.

    Attributes:
        name: for records and prices; holds no secret.
        chat: LangChain's model.
        room: how long a reply to ask for; None where the provider alone decides.
        sees: whether the model takes pictures; None where nobody says.
        close: frees what was started for it.
        abandon: cuts off a call that took too long.
    """

    name: str
    chat: BaseChatModel
    settings: ModelSettings = field(default_factory=ModelSettings)
    secrets: Secrets = field(default_factory=Secrets)
    room: ReplyRoom | None = None
    sees: bool | None = None
    close: Callable[[], None] = _nothing
    abandon: Callable[[], None] = _nothing


def open_chat_model(
    name: str, settings: ModelSettings | None = None, secrets: Secrets | None = None
) -> ModelHandle:
    """Open a chat model by name; nothing is sent yet.

    Raises:
        UnknownModel: the name has none of the known forms, or no such provider or file exists.
        MissingKey: the provider's key is not set, or cannot be sent.
        MissingPackage: the provider's package, or the one that serves GGUF files, is not installed.
        BadNetwork: the environment names a proxy or certificates that cannot be used.
        ModelUnavailable: the GGUF file cannot be loaded.
    """
    settings, secrets = settings or ModelSettings(), secrets or Secrets()
    if name.startswith(("http://", "https://")):
        return _open_address(name, settings, secrets)
    if (files := GgufFiles.named(name)) is not None:
        return _open_gguf(files, settings, secrets)
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
    name = f"{provider}:{model}"
    arguments = _arguments(settings)
    if variable := KEY_VARIABLES.get(provider):
        arguments["api_key"] = secrets.require(variable, f"model {name!r}")
    if provider == "openai":
        room = ReplyRoom(
            most=settings.max_output_tokens, context=settings.context_tokens, names=(OPENAI_LIMIT,)
        )
        return _open_compatible(name, {"model": model, **arguments}, OPENAI_ADDRESS, room, settings, secrets)
    if provider == "ollama":
        arguments |= _ollama_arguments(settings)
    else:
        check_network()
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(model, model_provider=provider, **arguments)
    except ImportError as error:
        package = f"langchain-{provider.replace('_', '-')}"
        raise MissingPackage(
            f"provider {provider!r} needs a package that is not installed "
            f"({plain(secrets.redact(str(error)), 300)}); usually: pip install {package}"
        ) from None
    except Exception as error:  # a provider's constructor may raise anything
        hint = did_you_mean(
            provider, [*KEY_VARIABLES, "ollama", "azure_openai", "google_vertexai", "bedrock"]
        )
        reason = plain(secrets.redact(str(error)), 300)
        raise UnknownModel(f"model {name!r} cannot be opened{hint} ({reason})") from None
    return ModelHandle(name=name, chat=chat, settings=settings, secrets=secrets, sees=_sees(chat))


def _sees(chat: BaseChatModel) -> bool | None:
    """Whether LangChain says that a model takes pictures; None where it does not say."""
    sees = (getattr(chat, "profile", None) or {}).get("image_inputs")
    return sees if isinstance(sees, bool) else None


def _ollama_arguments(settings: ModelSettings) -> dict[str, Any]:
    """Ollama's names for the limits; it is mostly on this machine, which no proxy stands before."""
    address = os.environ.get("OLLAMA_HOST") or "http://127.0.0.1"
    local = is_loopback(urlsplit(address if "://" in address else f"http://{address}").hostname or "")
    if not local:
        check_network()
    context = {"num_ctx": settings.context_tokens} if settings.context_tokens else {}
    network = {"timeout": settings.timeout_s, **({"trust_env": False} if local else {})}
    return {"num_predict": settings.max_output_tokens, "client_kwargs": network, **context}


def _open_address(address: str, settings: ModelSettings, secrets: Secrets) -> ModelHandle:
    try:
        parts = urlsplit(address)
        plain_address = is_host(parts.hostname) and parts.port != 0
    except ValueError:
        parts, plain_address = urlsplit(""), False
    if parts.username or parts.password or parts.query or not plain_address:
        raise UnknownModel(
            "the model server's address must be plain, 'http://host:port/v1#model', without user, "
            f"password or query; a key goes into the environment variable {URL_KEY_VARIABLE}"
        )
    base = parts._replace(fragment="", path=parts.path.rstrip("/") or "/v1").geturl()
    key = secrets.get_key(URL_KEY_VARIABLE)
    name = f"{base}#{parts.fragment}" if parts.fragment else base
    names = (OPENAI_LIMIT,) if parts.hostname == urlsplit(OPENAI_ADDRESS).hostname else LIMIT_NAMES
    room = ReplyRoom(most=settings.max_output_tokens, context=settings.context_tokens, names=names)
    return _open_server(name, base, parts.fragment or "default", key or "none", room, settings, secrets)


def _open_server(
    name: str, base: str, model: str, key: str, room: ReplyRoom, settings: ModelSettings, secrets: Secrets
) -> ModelHandle:
    """Open a model of a server that is given by its address."""
    arguments = {"model": model, "base_url": base, "api_key": key, "use_responses_api": False}
    return _open_compatible(name, {**arguments, **_arguments(settings)}, base, room, settings, secrets)


def _open_compatible(
    name: str,
    arguments: dict[str, Any],
    address: str,
    room: ReplyRoom,
    settings: ModelSettings,
    secrets: Secrets,
) -> ModelHandle:
    """Open a model that is spoken to as OpenAI's are."""
    from agent.llm.compatible_chat import CompatibleChat
    from agent.llm.transport import LimitedTransport, limited_clients

    transport = LimitedTransport(timeout_s=settings.timeout_s, max_bytes=settings.max_reply_bytes)
    transport.check(address)
    # LangChain would warn that options of its own get in the way of proxies, which are ours to care for.
    quiet = {"http_socket_options": ()} if "http_socket_options" in CompatibleChat.model_fields else {}
    try:
        chat = CompatibleChat(openai_proxy=None, **limited_clients(transport), **quiet, **arguments)
    except Exception as error:  # such as other variables of the environment that it cannot use
        reason = plain(secrets.redact(str(error)), 300)
        raise UnknownModel(f"model {name!r} cannot be opened ({reason})") from None
    chat.fit_into(room)
    return ModelHandle(
        name=name,
        chat=chat,
        settings=settings,
        secrets=secrets,
        room=room,
        sees=_sees(chat),
        close=transport.close,
        abandon=transport.close,
    )


def _open_gguf(files: GgufFiles, settings: ModelSettings, secrets: Secrets) -> ModelHandle:
    path = files.model
    for file in files:
        if file is not None and not file.is_file():
            raise UnknownModel(f"no model file {str(file)!r}; expected {FORMS}")
    try:
        import xllamacpp
    except ImportError:
        raise MissingPackage(
            f"the model file {path.name!r} needs the package 'xllamacpp'; "
            "install it with: pip install 'journeyman[local]'"
        ) from None
    room = ReplyRoom(most=settings.max_output_tokens, context=settings.gguf_context_tokens)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    if files.mmproj is not None:
        parameters.mmproj.path = str(files.mmproj)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_ctx = settings.gguf_context_tokens
    parameters.n_parallel = 1
    parameters.verbosity = -1
    try:
        servers = [xllamacpp.Server(parameters)]
    except Exception as error:  # the library raises bare exceptions for files it cannot load
        raise ModelUnavailable(f"model file {path.name!r} cannot be loaded: {plain(error)}") from error
    address = f"{servers[0].listening_address}/v1"
    handle = _open_server(f"gguf:{path.name}", address, "local", "none", room, settings, secrets)
    handle = replace(handle, sees=files.mmproj is not None)

    def close() -> None:
        handle.close()
        servers.clear()  # the server stops when the last reference to it goes

    return replace(handle, close=close)
