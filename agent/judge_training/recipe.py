"""Trains the judge from episodes to a folder with weights and card: one command that may be stopped."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from agent.errors import BadConfig
from agent.judge_training.bank import Bank, build_bank
from agent.judge_training.calibrating import FALSE_DONE, MISSED, fit_scale
from agent.judge_training.exam import Exam, answers, look_at, make_exam, scores, texts_of
from agent.judge_training.items import Item
from agent.judge_training.learning import Learner, Learning
from agent.judge_training.lessons import encode_all, make_lessons
from agent.judge_training.measuring import Quality, quality_of
from agent.judge_training.plays import Play, load_plays
from agent.judge_training.pool import draw_claims
from agent.judge_training.translating import Translating, kept_translators
from agent.judges.embedded.calibration import Calibration, Scale
from agent.judges.embedded.errors import NoTextEncoder
from agent.judges.embedded.judge import EmbeddedJudge
from agent.judges.embedded.scoring import Look, Score
from agent.judges.embedded.shipped_states import load_states, normal
from agent.judges.embedded.sight import Truths
from agent.judges.embedded.text_encoder import LAYERS, TextEncoder
from agent.judges.embedded.weights import GAME, Stored, load_judge, save_judge
from envs.disk import Written, make_folder
from envs.text import plain
from skills.files import to_json, write_atomically

DATA: Final = Path(__file__).parent / "data"
"""Episodes as seeds and actions: ``train.npz``, ``val.npz``, ``test.npz``, on disjoint seeds."""
KNOWN_SENTENCES: Final = 400
"""Sentences that stand for all that the text head knows."""
SETTINGS: Final = "settings.json"
"""In the folder for what is half done: what it was begun with."""
SAVED_EVERY: Final = 250
"""Steps between checkpoints."""
FAMILIAR: Final = 0.71
"""Likeness to a sentence of training from which on words are familiar: three of four in calibration."""
NEW_FALSE_DONE: Final = 0.015
"""Bound for calling what failed done, in words that the lexicon does not have."""
NEW_MISSED: Final = 0.08
"""The same for calling what succeeded not done."""
TEMPERATURE: Final = 1.25
"""Temperature of translations of the least log loss on the sentences of calibration."""
_UNSCALED: Final = Scale(temperature=1, bias=0, done=1, not_done=0)

Say = Callable[[str], None]
"""Told how far the work is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a judge is trained.

    Attributes:
        learning: steps, sizes and seed.
        translating: how the translator learns.
        attempts: of each episode.
        joined: joined claims that are learned from.
        episodes: training episodes that are used.
        device: "cpu" or "cuda".
        network: folder of a judge whose network is kept, so that only the translator is learned and all is
            calibrated and measured; None to train one.
    """

    learning: Learning = dataclasses.field(default_factory=Learning)
    translating: Translating = dataclasses.field(default_factory=Translating)
    attempts: int = 26
    joined: int = 2_500
    episodes: int = 150
    device: str = "cpu"
    network: Path | None = None


def train_judge(work: Path, out: Path, recipe: Recipe, say: Say, data: Path = DATA) -> dict[str, Quality]:
    """Train, calibrate, measure and write a judge.

    Args:
        work: folder for what is half done; the same folder goes on where it was stopped.
        out: folder for weights and card.
        recipe: how.
        say: told how far it is.
        data: folder of the episodes.

    Returns:
        How good it is, by set of questions.

    Raises:
        NoTextEncoder: the encoder is not installed.
        BadConfig: the folder for what is half done belongs to a training with other settings.
        BadWeights: the network that is to be kept cannot be read.
        PlayDiverged: the game is not the one that the episodes were played in.
        OSError: a folder cannot be written.
    """
    encoder = TextEncoder()
    _take(work, recipe)
    weights, known, origin = _network(work, recipe, encoder, say, data)
    translator = kept_translators(work, encoder, recipe.translating, say)
    stored = Stored(weights, known, _calibration(), origin | _card(recipe, weights, translator), translator)
    judge = EmbeddedJudge.of(stored)
    judge.encoder = encoder
    say("the judge is calibrated on other seeds and words")
    judge.calibration = calibrate(judge, open_exam("val", work, recipe.attempts, say, data))
    say("the judge is measured")
    measured = measure(judge, open_exam("test", work, recipe.attempts, say, data))
    figures = {name: figures_of(quality) for name, quality in measured.items()}
    card = stored.card | {"figures": figures}
    save_judge(out, Stored(weights, known, judge.calibration, card, translator))
    return measured


def _take(work: Path, recipe: Recipe) -> None:
    """Take a folder for this training. Raises `BadConfig` where it is one of other settings."""
    # nothing that is kept in the folder hangs on the device, or on the network of another judge
    settings = dataclasses.asdict(dataclasses.replace(recipe, device="", network=None))
    content, path = to_json(settings | {"text_layer": LAYERS}), work / SETTINGS
    begun = [name for name in (SETTINGS, "checkpoint.pt", "translator-0.npz") if (work / name).exists()]
    if begun and not (path.exists() and path.read_bytes() == content):
        raise BadConfig(
            f"{plain(work)} holds what is half done of a training with other settings, or of an earlier "
            "version; give another folder with --work, or remove it"
        )
    make_folder(work, Written.TRAINING)
    write_atomically(path, content, Written.TRAINING)


def _network(
    work: Path, recipe: Recipe, encoder: TextEncoder, say: Say, data: Path
) -> tuple[dict[str, NDArray[Any]], NDArray[np.float16], dict[str, Any]]:
    """Weights of the network, sentences that it knows, and where it comes from: trained now, or kept."""
    if recipe.network is not None:
        kept = load_judge(recipe.network)
        return kept.weights, kept.known, origin_of(kept.card)
    plays = load_plays(data / "train.npz")[: recipe.episodes]
    bank = kept_bank(work / "train.npz", plays, recipe.attempts, say)
    rng = np.random.default_rng((recipe.learning.seed, 1))
    claims = draw_claims(bank.attempts(), rng, recipe.joined)
    say(f"{len(bank)} attempts, {len(claims)} claims; their sentences are encoded")
    lessons = make_lessons(claims, bank.attempts(), encoder, rng)
    learner = Learner(bank, lessons, recipe.learning, recipe.device)
    _learn(learner, work / "checkpoint.pt", recipe.learning.steps, say)
    known = far_apart([states for lesson in lessons for states in lesson.states])
    weights = {name: values.detach().cpu().numpy() for name, values in learner.model.state_dict().items()}
    return weights, known, {"trained_on": recipe.device}


def origin_of(card: Mapping[str, Any]) -> dict[str, Any]:
    """Where the network of a judge comes from, for the card of one that keeps it.

    >>> origin_of({"trained_on": "cpu", "recipe": {"network": "kept"}, "network_recipe": {"attempts": 26}})
    {'trained_on': 'cpu', 'network_recipe': {'attempts': 26}}
    """
    origin = {name: card[name] for name in ("trained_on", "purpose") if name in card}
    return origin | {"network_recipe": card.get("network_recipe") or card.get("recipe", {})}


def _card(
    recipe: Recipe, weights: Mapping[str, NDArray[Any]], translator: Mapping[str, NDArray[Any]]
) -> dict[str, Any]:
    """What the card says of where a judge comes from."""
    members = {name.partition(".")[0] for name in translator}
    record = dataclasses.asdict(recipe) | {"network": "kept" if recipe.network else "trained"}
    record["translating"]["members"] = len(members)
    del record["device"]  # told by ``trained_on``
    return {
        "game": GAME,
        "parameters": sum(int(values.size) for values in [*weights.values(), *translator.values()]),
        "pictures": "72 by 72 pixels, one tile of 8 pixels per cell",
        "text_encoder": f"all-MiniLM-L6-v2, token states of layer {LAYERS}",
        "recipe": record,
    }


def _learn(learner: Learner, checkpoint: Path, steps: int, say: Say) -> None:
    if checkpoint.is_file():
        learner.resume(checkpoint)
        say(f"going on after {learner.step} of {steps} steps")

    def on_step(step: int, losses: dict[str, float]) -> None:
        if losses and (step + 1) % SAVED_EVERY == 0:
            learner.save(checkpoint)
            say(
                f"step {step + 1} of {steps}: right {losses['accuracy']:.3f}, reading {losses['reading']:.3f}"
            )

    learner.learn(on_step)
    learner.save(checkpoint)


def _calibration() -> Calibration:
    return Calibration(
        read=_UNSCALED, familiar=_UNSCALED, unfamiliar=_UNSCALED, least_likeness=1.0, translated=TEMPERATURE
    )


def open_exam(name: str, work: Path | None, attempts: int, say: Say, data: Path = DATA) -> Exam:
    """The questions of "val" or "test"."""
    plays = load_plays(data / f"{name}.npz")
    bank = kept_bank(work and work / f"{name}.npz", plays, attempts, say)
    half = "calibration" if name == "val" else "evaluation"
    return make_exam(bank, 1 if name == "val" else 2, half, tasks=name == "test")  # type: ignore[arg-type]


def calibrate(judge: EmbeddedJudge, exam: Exam) -> Calibration:
    """What the judge's scores are worth, from seeds and words that it was not trained on."""
    prepare(judge, exam)
    looks, known, new = look_at(judge, exam), exam.sets["held_out_seeds"], exam.sets["held_out_phrasings"]
    read = [pair for pair in _scored(judge, looks, known) if pair[0].way == "read"]
    heard = [pair for pair in _scored(judge, looks, new) if pair[0].way != "read"]
    return Calibration(
        read=_scale(read),
        familiar=_scale([pair for pair in heard if pair[0].likeness >= FAMILIAR], NEW_FALSE_DONE, NEW_MISSED),
        unfamiliar=_scale(
            [pair for pair in heard if pair[0].likeness < FAMILIAR], NEW_FALSE_DONE, NEW_MISSED
        ),
        least_likeness=FAMILIAR,
        translated=judge.calibration.translated,
    )


def _scored(
    judge: EmbeddedJudge, looks: Mapping[int, Look], items: Sequence[Item]
) -> list[tuple[Score, Item]]:
    return list(zip(scores(judge, looks, items), items, strict=True))


def _scale(
    pairs: Sequence[tuple[Score, Item]], false_done: float = FALSE_DONE, missed: float = MISSED
) -> Scale:
    """A scale for scores with their truths; without any, nothing is ever clear."""
    if not pairs:
        return _UNSCALED
    logits, holds = np.array([score.logit for score, _ in pairs]), np.array([item.holds for _, item in pairs])
    return fit_scale(logits, holds, false_done, missed)


def measure(judge: EmbeddedJudge, exam: Exam, *, only_text: bool = False) -> dict[str, Quality]:
    """How good the judge is, by set. Raises `NoTextEncoder`."""
    prepare(judge, exam)
    looks = look_at(judge, exam)
    return {name: quality_of(answers(judge, exam, looks, name, only_text=only_text)) for name in exam.sets}


def prepare(judge: EmbeddedJudge, exam: Exam) -> None:
    """Encode all sentences of an exam at once, where there is an encoder."""
    missing = [text for text in texts_of(exam) if normal(text) not in load_states()]
    try:
        judge.encoder = judge.encoder or TextEncoder()
    except NoTextEncoder:
        return
    judge.remember(dict(zip(missing, encode_all(missing, judge.encoder), strict=True)) if missing else {})


def figures_of(quality: Quality) -> dict[str, Any]:
    """The figures of a set as JSON values."""
    record = dataclasses.asdict(quality)
    for name in ("accuracy_interval", "false_done_interval"):
        record[name] = getattr(quality, name).rounded(4)
    return {name: round(v, 4) if isinstance(v, float) else v for name, v in record.items()}


def far_apart(states: Sequence[NDArray[np.float16]], n: int = KNOWN_SENTENCES) -> NDArray[np.float16]:
    """Directions of sentences of which each is as unlike those before it as possible, float16[n, SIZE]."""
    means = np.stack([state[1:-1].astype(np.float32).mean(0) for state in states])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    chosen, likeness = [0], means @ means[0]
    while len(chosen) < min(n, len(means)):
        chosen.append(int(likeness.argmin()))
        likeness = np.maximum(likeness, means @ means[chosen[-1]])
    return means[chosen].astype(np.float16)


def kept_bank(path: Path | None, plays: Sequence[Play], attempts: int, say: Say) -> Bank:
    """The attempts of episodes; read from `path` where they were cut out before, else kept there."""
    if path and path.is_file():
        return _read_bank(path)
    say(f"{len(plays)} episodes are played again, and drawn")
    bank = build_bank(plays, 1, attempts)
    if path:
        content = io.BytesIO()
        np.savez(content, **_arrays(bank))  # type: ignore[arg-type]
        make_folder(path.parent, Written.TRAINING)
        write_atomically(path, content.getvalue(), Written.TRAINING)
    return bank


def _arrays(bank: Bank) -> dict[str, NDArray[Any]]:
    own = {name: getattr(bank, name) for name in Bank.__slots__ if name != "truths"}
    return own | {f"truths.{name}": getattr(bank.truths, name) for name in Truths.__slots__}


def _read_bank(path: Path) -> Bank:
    with np.load(path, allow_pickle=False) as file:
        truths = Truths(*(file[f"truths.{name}"] for name in Truths.__slots__))
        own = {name: file[name] for name in Bank.__slots__ if name != "truths"}
    return Bank(truths=truths, **own)
