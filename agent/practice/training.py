"""Rounds of training within a session: from which weights, for how long, and what is written down of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from agent.config import PracticeConfig
from agent.play.kit import Kit
from agent.practice.progress import PracticeProgress
from agent.practice.session import Budget, SessionState, SkillProgress
from agent.practice.transfer import best_parent
from agent.practice.trials import StartStates, Trials
from agent.records.runs import Run
from envs.registry import game_spec
from envs.rollout.episode import Starts
from envs.seeding import child_seed
from skills.rewards.preference import PreferenceTerm
from skills.rewards.preference_model import PreferenceModel
from skills.skill import Skill
from skills.store.store import SkillLibrary
from skills.training.config import PPOConfig
from skills.training.spec import TrainProgress, TrainSpec

REFINE_SHARE = 0.5
"""Of a round: the first, when another skill's network can already do it; at least, later ones for a guard."""
LEAST_SHARE = 0.25
"""Of a round, whatever it succeeds at: what succeeds soon becomes quick a little later."""
TARGET_SUCCESS = 0.97
TARGET_WINDOW = 150
"""Training episodes that the target success rate is taken over."""
ENOUGH_EPISODES = 900
"""Episodes after which a skill that succeeds is trained no longer, however short they are."""
TRAINING_CAP = 300
"""Steps of a training episode at most; trials get the skill's own cap."""


class TrainingRounds:
    """Trains the learned skills of one session, a round at a time.

    Args:
        config: the session's settings.
        run: its record; checkpoints and weights are kept below it.
        library: where the weights of admitted skills are.
        trials: tries out whose network to begin with.
        state: the session's counters, which are kept up to date.
        budget: its budget, likewise.
        progress: whom to tell.
    """

    def __init__(
        self,
        config: PracticeConfig,
        run: Run,
        library: SkillLibrary,
        trials: Trials,
        state: SessionState,
        budget: Budget,
        progress: PracticeProgress,
    ) -> None:
        self._config = config
        self._run = run
        self._library = library
        self._trials = trials
        self._state = state
        self._budget = budget
        self._progress = progress

    def round(
        self,
        draft: Skill,
        ground: StartStates,
        kit: Kit,
        admitted: Mapping[str, Skill],
        urgent: bool,
        preference: PreferenceModel | None = None,
    ) -> tuple[Skill, Path]:
        """Train for one round.

        Args:
            draft: the skill.
            ground: the states to begin in.
            kit: what can be executed now.
            admitted: the skills in the library.
            urgent: whether the player's life depends on it, which makes later rounds longer.
            preference: the reward learned from preferences, where the session's settings ask for it.

        Returns:
            The skill with its lineage, and its weights.

        Raises:
            PolicyMismatch, TrainingDiverged: from training.
        """
        progress = self._state.skills[draft.name]
        own = self._latest_weights(draft.name, progress, admitted)
        warm, passes = (own, False) if own else self._parent(draft, ground, progress, kit, admitted)
        from skills.training.train import train_skill

        game, whole = game_spec(self._config.game), self._config.round_steps
        refining = round(REFINE_SHARE * whole)
        spec = TrainSpec(
            game=game.name,
            skill=draft.model_copy(update={"step_cap": min(draft.step_cap, TRAINING_CAP)}),
            starts=Starts(saved=ground.train, fresh_share=game.fresh_share if ground.fresh else 0.0),
            work_dir=self._run.path / "training" / f"{draft.name}-r{progress.rounds + 1}",
            budget_steps=max(2048, min(refining if passes else whole, self._budget.steps_left)),
            target_success=TARGET_SUCCESS,
            min_steps=refining if progress.rounds and urgent else round(LEAST_SHARE * whole),
            enough_episodes=ENOUGH_EPISODES if game.replays else None,
            window=TARGET_WINDOW,
            seed=child_seed(self._config.seed, "train", draft.name, progress.rounds),
            warm_start=warm,
            preference=self._term(preference),
            game_options=self._config.game_options,
            config=replace(PPOConfig.for_game(game), workers=self._config.workers),
        )
        result = train_skill(spec, on_progress=lambda news: self._tell(draft.name, news))
        progress.train_steps += result.steps
        progress.training_rate = result.success_rate
        self._budget.spend(result.steps)
        self._run.event(
            "trained", skill=draft.name, steps=result.steps, success_rate=result.success_rate,
            steps_per_second=round(result.steps_per_second), stopped=result.stopped, parent=progress.parent,
        )  # fmt: skip
        return _with_lineage(draft, progress), result.weights[draft.name]

    def _term(self, preference: PreferenceModel | None) -> PreferenceTerm | None:
        if preference is None:
            return None
        return PreferenceTerm(model=preference, alone=self._config.reward == "preference")

    def _tell(self, name: str, news: TrainProgress) -> bool:
        """Pass on how it goes; False when the time is up."""
        self._progress.training(
            name, steps=news.steps, budget=news.budget_steps,
            success_rate=news.success_rate, fps=news.steps_per_second,
        )  # fmt: skip
        self._run.metrics(**{
            "skill": name, "train/steps": news.steps, "train/success": news.success_rate,
            "train/reward": news.mean_reward, "train/steps_per_second": news.steps_per_second,
        })  # fmt: skip
        return self._budget.seconds < 60 * self._config.minutes

    def _latest_weights(
        self, name: str, progress: SkillProgress, admitted: Mapping[str, Skill]
    ) -> Path | None:
        """The weights that the last round ended with; None before the first training."""
        path = self._run.path / "training" / f"{name}-r{progress.rounds}" / "policy.zip"
        if path.is_file():
            return path
        return self._library.policy_path(name) if name in admitted else None

    def _parent(
        self,
        draft: Skill,
        ground: StartStates,
        progress: SkillProgress,
        kit: Kit,
        admitted: Mapping[str, Skill],
    ) -> tuple[Path | None, bool]:
        """The admitted skill whose network already does best at the new one, and whether that suffices."""
        choice = best_parent(self._trials, kit, draft, ground, admitted)
        if choice is None:
            return None, False
        progress.parent = choice.parent
        self._run.event("parent", skill=draft.name, parent=choice.parent, rate=choice.rate)
        return self._library.policy_path(choice.parent), choice.suffices


def _with_lineage(draft: Skill, progress: SkillProgress) -> Skill:
    update = {"train_steps": progress.train_steps, "parent": progress.parent}
    return draft.model_copy(update={"lineage": draft.lineage.model_copy(update=update)})
