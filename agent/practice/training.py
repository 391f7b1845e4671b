"""One round of training within a session: first weights, length, records."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from agent.practice.judged.judging import judged_rule, note_audits, settle_audits, success_in_words
from agent.practice.looked_at import mineclip_rule
from agent.practice.roster import Candidate, Roster
from agent.practice.session import Session
from agent.practice.start_states import StartStates
from agent.practice.transfer import best_parent
from envs.rollout.episode import Starts
from envs.seeding import child_seed
from skills.rewards.preference import PreferenceTerm
from skills.skill import Skill
from skills.training.config import PPOConfig
from skills.training.spec import TrainProgress, TrainSpec

REFINE_SHARE = 0.5
"""Share of a round's steps: of the first round, if another skill's network already succeeds; least of later
rounds of skills that a guard asks for."""
LEAST_SHARE = 0.25
"""Least share of a round's steps: a skill that already succeeds still becomes faster."""
LEAST_ROUND_STEPS = 2048
"""Game steps of a round, however little budget is left."""
TARGET_SUCCESS = 0.97
"""Success rate of training episodes at which a round may end early."""
TARGET_WINDOW = 150
"""Training episodes that the target success rate is taken over."""
TRAINING_EPISODE_STEPS = 300
"""Steps of a training episode at most; trials use the skill's own step cap."""


def train(session: Session, draft: Skill, states: StartStates, roster: Roster) -> Candidate:
    """Train a learned skill for one round; a scripted one stays as it is.

    Raises:
        PolicyMismatch, TrainingDiverged: from training.
    """
    if draft.policy.kind != "learned":
        return Candidate(draft)
    if not states.train:
        return _untrained(session, draft, states, roster)
    session.live.doing("training", draft.name)

    spec = train_spec(session, draft, states, roster)
    with session.budget.reserving(spec.budget_steps):
        result = session.slot.train(
            spec, on_progress=lambda progress: _tell(session, draft, progress), wants_view=session.live.size
        )
    session.steering.go_on()  # the training was ended with a checkpoint, and is gone on with from there
    progress = session.state.skills[draft.name]
    progress.training_rate = result.success_rate
    session.budget.spend(progress.count_training(spec.identity, result.steps))
    session.run.event(
        "trained", skill=draft.name, steps=result.steps, success_rate=result.success_rate,
        steps_per_second=round(result.steps_per_second), stopped=result.stopped, parent=progress.parent,
        training=spec.identity, **session.slot.about,
    )  # fmt: skip
    settle_audits(session, draft)
    lineage = {"train_steps": progress.train_steps, "parent": progress.parent}
    trained = draft.model_copy(update={"lineage": draft.lineage.model_copy(update=lineage)})
    return Candidate(trained, result.weights[draft.name])


def _untrained(session: Session, draft: Skill, states: StartStates, roster: Roster) -> Candidate:
    """A skill with the network of another that can do it already, as it is, or without any.

    States that only long lives come by, such as those with a plant that ripened, may all be of episodes that
    are held out of training. The network is then chosen in states of the kind that it is tried in.
    """
    choice = None
    if states.held_out and draft.name not in roster.skills:
        choice = best_parent(session, roster, draft, replace(states, train=states.held_out))
    if choice is None or not choice.suffices:
        return Candidate(draft)
    session.state.skills[draft.name].parent = choice.parent
    session.run.event("parent", skill=draft.name, parent=choice.parent, rate=choice.rate)
    lineage = draft.lineage.model_copy(update={"train_steps": 0, "parent": choice.parent})
    return Candidate(
        draft.model_copy(update={"lineage": lineage}), session.library.weights_path(choice.parent)
    )


def train_spec(session: Session, draft: Skill, states: StartStates, roster: Roster) -> TrainSpec:
    """What a round of training is told; skills on which the player's life depends get longer later rounds."""
    config, game, progress = session.config, session.spec, session.state.skills[draft.name]
    weights, suffices = _first_weights(session, draft, states, roster)
    whole, refining = config.round_steps, round(REFINE_SHARE * config.round_steps)
    urgent = draft.name in roster.guard.ranking
    return TrainSpec(
        game=game.name,
        skill=draft.model_copy(update={"step_cap": min(draft.step_cap, TRAINING_EPISODE_STEPS)}),
        starts=Starts(saved=states.train, fresh_share=game.fresh_share if states.fresh else 0.0),
        work_dir=round_folder(session, draft.name, progress.rounds + 1),
        budget_steps=max(LEAST_ROUND_STEPS, min(refining if suffices else whole, session.budget.steps_left)),
        target_success=TARGET_SUCCESS,
        min_steps=refining if progress.rounds and urgent else round(LEAST_SHARE * whole),
        enough_episodes=game.enough_episodes,
        window=TARGET_WINDOW,
        seed=child_seed(config.seed, "train", draft.name, progress.rounds),
        warm_start=weights,
        preference=preference_term(session, draft.name),
        judged=judged_rule(session, draft),
        pictured=mineclip_rule(session, draft),
        game_options=config.game_options,
        config=replace(
            PPOConfig.for_game(game), workers=config.workers, update=config.update, overlap=config.overlap
        ),
    )


def round_folder(session: Session, skill: str, number: int) -> Path:
    """Where a round of training keeps its checkpoints and weights; round 0 is joint training."""
    return session.run.path / "training" / f"{skill}-r{number}"


def preference_term(session: Session, skill: str) -> PreferenceTerm | None:
    """The reward learned from preferences, where the session's settings ask for it and the skill has one."""
    model = session.preferences.model(skill)
    if model is None:
        return None
    return PreferenceTerm(model=model, alone=session.config.reward == "preference")


def _first_weights(
    session: Session, draft: Skill, states: StartStates, roster: Roster
) -> tuple[Path | None, bool]:
    """The weights to begin with, if any, and whether they can do the skill already.

    They are those of the last round, else those in the library, else those of the admitted skill whose
    network does best at the new one.
    """
    progress = session.state.skills[draft.name]
    latest = round_folder(session, draft.name, progress.rounds) / "policy.zip"
    if latest.is_file():
        return latest, False
    if draft.name in roster.skills:
        return session.library.weights_path(draft.name), False
    choice = best_parent(session, roster, draft, states)
    if choice is None:
        return None, False
    progress.parent = choice.parent
    session.run.event("parent", skill=draft.name, parent=choice.parent, rate=choice.rate)
    return session.library.weights_path(choice.parent), choice.suffices


def _tell(session: Session, draft: Skill, progress: TrainProgress) -> bool:
    """Report and record the progress; False when time is up, the judge is fooled, or it is stopped."""
    name = draft.name
    session.progress.training(
        name, steps=progress.steps, budget=progress.budget_steps,
        success_rate=progress.success_rate, fps=progress.steps_per_second,
    )  # fmt: skip
    session.run.metrics(**{
        "skill": name, "train/steps": progress.steps, "train/success": progress.success_rate,
        "train/reward": progress.mean_reward, "train/steps_per_second": progress.steps_per_second,
    })  # fmt: skip
    session.live.trained(progress, [name])
    trusted = not progress.audits or note_audits(
        session, name, success_in_words(session, draft), progress.audits
    )
    return session.steering.look() and trusted and session.budget.seconds < 60 * session.config.minutes
