"""Opens the model that ``--llm`` names."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from agent.config import AskingConfig
from agent.llm.answer_log import AnswerLog, read_log
from agent.llm.answer_pack import AnswerPack, shipped_pack
from agent.llm.asking import LanguageModel
from agent.llm.client import ModelClient, RetryPolicy
from agent.llm.errors import BadPack
from agent.llm.kept_answers import PackFile
from agent.llm.keys import Secrets
from agent.llm.meter import Caps, Meter, PriceTable
from agent.llm.models import GgufFiles, ModelSettings, open_chat_model

RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """How a model is opened and recorded; everything but its name.

    Attributes:
        log: the run's ``answers.jsonl``; a resumed run keeps its answers and what it has spent.
        record_to: a pack file that live answers are added to.
        prices: a price table that takes precedence over the shipped one.
    """

    log: Path | None = None
    record_to: Path | None = None
    prices: Path | None = None
    caps: Caps = field(default_factory=Caps)
    settings: ModelSettings = field(default_factory=ModelSettings)
    retry: RetryPolicy = field(default_factory=RetryPolicy)


def model_settings(config: AskingConfig) -> ModelSettings:
    """How a model is called under a configuration."""
    return ModelSettings(
        timeout_s=config.reply_timeout_s,
        max_output_tokens=config.max_output_tokens,
        context_tokens=config.context_tokens,
        max_reply_bytes=config.max_reply_bytes,
    )


def is_live(llm: str) -> bool:
    """Whether asking under this name calls a model.

    >>> is_live("recorded"), is_live("recorded:pack.json"), is_live("openai:gpt-5-mini")
    (False, False, True)
    """
    return llm != RECORDED and not llm.startswith(RECORDED + ":")


def has_recorded(llm: str, game: str, prompt_id: str, subject: str) -> bool:
    """Whether an answer to a prompt about a subject is recorded, in whatever wording; asks nobody.

    Raises:
        BadPack: the recorded answers that `llm` names are missing, damaged or for another game.
    """
    try:
        return bool(_records(llm, game).about(prompt_id, subject))
    except BadPack:
        if llm == RECORDED:  # no answers are shipped for this game
            return False
        raise


def open_model(
    llm: str, game: str, options: ModelOptions | None = None, secrets: Secrets | None = None
) -> LanguageModel:
    """Open the model that is asked about a game.

    Args:
        llm: ``recorded`` (the pack that comes with the game), ``recorded:FILE`` (a pack, or a run's
            ``answers.jsonl``), or any name that `agent.llm.models.open_chat_model` takes.
        game: registry name of the game.
        options: record, caps and settings.
        secrets: by default the environment and ``.env``.

    Raises:
        BadPack: recorded answers are missing, damaged or for another game.
        UnknownModel, MissingKey, MissingPackage, BadNetwork, ModelUnavailable: see `open_chat_model`.
        UnknownPrice: a cap in money for a model of unknown price.
    """
    options = options or ModelOptions()
    log = AnswerLog(options.log) if options.log else None
    if not is_live(llm):
        return LanguageModel(records=[_records(llm, game)], log=log)
    recording = _recording(options.record_to, game) if options.record_to else None
    meter = Meter(model=_price_name(llm), caps=options.caps, prices=PriceTable.load(options.prices))
    if log is not None:
        meter.calls, meter.usage = log.contents.calls, log.contents.spent
    chat_model = open_chat_model(llm, options.settings, secrets or Secrets())
    return LanguageModel(
        client=ModelClient(model=chat_model, meter=meter, retry=options.retry), log=log, recording=recording
    )


def _price_name(llm: str) -> str:
    files = GgufFiles.named(llm)
    return llm if files is None else f"gguf:{files.model.name}"


def _records(llm: str, game: str) -> AnswerPack:
    _, _, file = llm.partition(":")
    if not file:
        return shipped_pack(game)
    path = Path(file)
    if path.suffix == ".jsonl":
        return _logged(path, game)
    return _of_game(AnswerPack.load(path), path, game)


def _logged(path: Path, game: str) -> AnswerPack:
    if not path.is_file():
        raise BadPack(
            f"no record of answers at {str(path)!r}; expected a pack (.json) or a run's answers.jsonl"
        )
    return AnswerPack(game, f"replay of {path.name}", read_log(path).answers.values())


def _recording(path: Path, game: str) -> PackFile:
    pack = AnswerPack(game)
    if path.exists():
        pack = _of_game(AnswerPack.load(path), path, game)
    return PackFile(path=path, pack=pack)


def _of_game(pack: AnswerPack, path: Path, game: str) -> AnswerPack:
    if pack.game != game:
        raise BadPack(
            f"answer pack {path.name!r} is for game {pack.game!r}, not {game!r}; give one for {game!r}"
        )
    return pack
