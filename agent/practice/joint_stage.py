"""Practice that begins together: all learned skills in one training, before each is practised by itself.

What it leaves behind are first weights for every skill, and states in which skills had succeeded, so that
the rounds after it are short. Source of the idea: MaestroMotif (Klissarov et al. 2025).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.config import PracticeConfig
from agent.design.code import Designer
from agent.design.effects import SkillClaim
from agent.design.joint_designs import design_skills
from agent.design.refinement import Finding
from agent.design.training_policy import TrainingPolicyCode, learned, write_training_policy
from agent.llm.asking import LanguageModel
from agent.llm.errors import LLMError
from agent.llm.opening import is_live
from agent.practice.preferences import SessionPreferences
from agent.practice.progress import PracticeProgress
from agent.practice.session import Budget, SessionState
from agent.practice.training import TRAINING_CAP
from agent.practice.trials import held_out
from agent.records.runs import Run
from envs.errors import NoSkillStarts
from envs.facts import Facts
from envs.game import GameSpec
from envs.rollout.episode import Starts
from envs.seeding import child_seed
from skills.code.sandbox import Sandbox
from skills.errors import CodeRejected, TrainingDiverged
from skills.skill import Skill
from skills.start_bank import StartBank
from skills.training.joint.spec import JointResult, JointSpec
from skills.training.spec import PPOConfig, PreferenceTerm, TrainProgress

TOGETHER = "together"
"""Name of the stage where a skill's name would stand."""
JOINT_BUDGET_SHARE = 0.4
"""Of the session's steps and minutes, at most."""
EPISODE_STEPS = 1_000
"""Steps of an episode in which skills follow one another."""
ARENA_SHARE = 0.3
"""Of the episodes that begin on an arena, where the game has any."""
FINAL_STATES_KEPT = 4
"""States of success that each worker keeps per rollout."""


class JointStage:
    """Trains all learned skills of a session together, once.

    Args:
        config: the session's settings.
        run: its record; checkpoints and weights are kept below it.
        model: the model's seat.
        spec: the game.
        sandbox: where model-written code runs.
        preferences: rewards learned from preferences, where the settings ask for them.
        bank: gets the states in which skills succeeded.
        state: the session's counters, which are kept up to date.
        budget: its budget, likewise.
        progress: whom to tell.
    """

    def __init__(
        self,
        config: PracticeConfig,
        run: Run,
        model: LanguageModel,
        spec: GameSpec,
        sandbox: Sandbox,
        preferences: SessionPreferences,
        bank: StartBank,
        state: SessionState,
        budget: Budget,
        progress: PracticeProgress,
    ) -> None:
        self._config, self._run, self._model, self._spec = config, run, model, spec
        self._sandbox, self._preferences, self._bank = sandbox, preferences, bank
        self._state, self._budget, self._progress = state, budget, progress

    def run(self, designer: Designer, claims: Sequence[SkillClaim], start: Facts) -> None:
        """Design, have the policy over skills written, train; what fails leaves the session as it was.

        Args:
            designer: asks for rewards and options.
            claims: what is claimed of all proposed skills.
            start: the facts at the start of an episode.
        """
        if self._state.together:
            return
        wanted = [c for c in learned(claims) if self._state.skills[c.task.name].status == "open"]
        source = "live" if is_live(self._config.llm) else "recorded"
        designs, failed = design_skills(
            designer,
            wanted,
            self._config.seed,
            self._run.name,
            source,
            with_reward=self._config.reward != "preference",
            finish=self._preferences.learn,
        )
        for name, reason in failed.items():
            self._run.event("not_together", skill=name, reason=reason)
        try:
            if not designs:
                raise CodeRejected("there is no learned skill with a usable design")
            policy = write_training_policy(
                self._model, self._spec, self._sandbox, claims, designs, start, self._note_round
            )
            self._run.event("training_policy", answer_id=policy.answer_id, fallback=not policy.answer_id)
            if not policy.answer_id:
                self._progress.note("no recorded policy over skills for training: skills are taken in turn")
            result = self._train(designs, policy)
        except (LLMError, CodeRejected, NoSkillStarts, TrainingDiverged) as error:
            self._run.event("not_together", skill="", reason=str(error))
            self._progress.note(f"skills are not trained together: {error}")
        else:
            self._keep(result)
        self._state.together = True

    def _note_round(self, number: int, finding: Finding | None) -> None:
        self._run.event("rehearsed", round=number, problems=list(finding.problems) if finding else [])

    def _train(self, designs: Sequence[Skill], policy: TrainingPolicyCode) -> JointResult:
        from skills.training.joint.train import train_joint

        arenas = tuple(
            start
            for start, _, label in self._bank.labelled({})
            if label.startswith("arena ") and not held_out(start.origin)
        )
        budget = int(JOINT_BUDGET_SHARE * self._config.budget_steps)
        self._progress.skill_started(
            TOGETHER, description=f"{len(designs)} skills, one after the other in an episode", budget=budget
        )
        spec = JointSpec(
            game=self._config.game,
            skills=tuple(
                skill.model_copy(update={"step_cap": min(skill.step_cap, TRAINING_CAP)}) for skill in designs
            ),
            choose=policy.source,
            known=policy.skills,
            network="conditioned" if self._config.network == "conditioned" else "separate",
            work_dir=self._run.path / "training" / TOGETHER,
            budget_steps=budget,
            starts=Starts(saved=arenas, fresh_share=1 - ARENA_SHARE if arenas else 1.0),
            episode_steps=EPISODE_STEPS,
            game_options=self._config.game_options,
            config=PPOConfig(workers=self._config.workers),
            seed=child_seed(self._config.seed, TOGETHER),
            preferences={
                skill.name: PreferenceTerm(model=model, alone=self._config.reward == "preference")
                for skill in designs
                if (model := self._preferences.model(skill.name)) is not None
            },
            keep_final_states=FINAL_STATES_KEPT,
        )
        return train_joint(spec, on_progress=self._tell([skill.name for skill in designs]))

    def _tell(self, names: Sequence[str]) -> Callable[[TrainProgress], bool]:
        def tell(news: TrainProgress) -> bool:
            for state in news.final_states:
                self._bank.add(state.start, state.facts, names[state.skill])
            self._progress.training(
                TOGETHER, steps=news.steps, budget=news.budget_steps,
                success_rate=news.success_rate, fps=news.steps_per_second,
            )  # fmt: skip
            rates = {f"train/success/{tally.name}": tally.success_rate for tally in news.skills}
            self._run.metrics(**{"skill": TOGETHER, "train/steps": news.steps, **rates})
            return self._budget.seconds < 60 * JOINT_BUDGET_SHARE * self._config.minutes

        return tell

    def _keep(self, result: JointResult) -> None:
        """Leave the weights where the rounds of practice look for those of the round before."""
        for tally in result.skills:
            folder = first_weights(self._run, tally.name)
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(result.policies[tally.name], folder / "policy.zip")
            self._state.skills[tally.name].train_steps += tally.steps
        self._budget.spend(result.steps)
        self._run.event(
            "trained_together", network=self._config.network, steps=result.steps, stopped=result.stopped,
            skills={t.name: {"steps": t.steps, "success_rate": t.success_rate} for t in result.skills},
        )  # fmt: skip


def first_weights(run: Run, skill: str) -> Path:
    """Folder of the weights that a skill's first round of practice begins with."""
    return run.path / "training" / f"{skill}-r0"
