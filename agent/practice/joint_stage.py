"""Joint training of all learned skills, before each is practised by itself.

It yields first weights for every skill, and states in which skills had succeeded, so that the rounds after
it are short. Source of the idea: MaestroMotif (Klissarov et al. 2025).
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.design.code import Designer
from agent.design.effects import SkillClaim
from agent.design.joint_designs import design_skills
from agent.design.refinement import Finding
from agent.design.training_policy import TrainingPolicyOverSkills, learned, write_training_policy
from agent.llm.errors import LLMError
from agent.practice.arenas import begun_on_arena
from agent.practice.judged.judging import success_in_words
from agent.practice.session import Session
from agent.practice.start_states import is_held_out
from agent.practice.training import TRAINING_EPISODE_STEPS, preference_term, round_folder
from envs import disk
from envs.disk import Written
from envs.errors import NoSkillStarts
from envs.facts import Facts
from envs.rollout.episode import Starts
from envs.seeding import child_seed
from skills.errors import CodeRejected, TrainingDiverged
from skills.files import write_atomically
from skills.skill import Skill
from skills.training.config import PPOConfig
from skills.training.joint.spec import JointSpec
from skills.training.spec import TrainProgress, TrainResult

JOINT_STAGE = "together"
"""Name of the stage where a skill's name would stand; its seed and its folder follow from it."""
JOINT_BUDGET_SHARE = 0.4
"""Largest share of the session's steps and minutes, 0..1."""
EPISODE_STEPS = 1_000
"""Steps of an episode in which skills follow one another."""
ARENA_SHARE = 0.3
"""Share of the episodes that begin on an arena, 0..1, where the game has any."""
FINAL_STATES_KEPT = 4
"""States in which a skill succeeded that each worker keeps per rollout."""


def train_jointly(session: Session, designer: Designer, claims: Sequence[SkillClaim], start: Facts) -> None:
    """Design all learned skills, have the policy over skills written, train; once in a session.

    A failure leaves the session as it was.

    Args:
        session: the session.
        designer: asks the model for rewards and options.
        claims: what is claimed of all proposed skills.
        start: the facts at the start of an episode.
    """
    if session.state.together:
        return
    designs = _design(session, designer, claims)
    try:
        if not designs:
            raise CodeRejected("there is no learned skill with a usable design")
        policy = _write_policy(session, claims, designs, start)
        result = _train(session, designs, policy)
    except (LLMError, CodeRejected, NoSkillStarts, TrainingDiverged) as error:
        session.run.event("not_together", skill="", reason=str(error))
        session.progress.note(f"skills are not trained together: {error}")
    else:
        _keep(session, result)
    session.state.together = True


def _design(session: Session, designer: Designer, claims: Sequence[SkillClaim]) -> tuple[Skill, ...]:
    wanted = [c for c in learned(claims) if session.state.skills[c.task.name].status == "open"]
    designs, failed = design_skills(
        designer,
        wanted,
        session.config.seed,
        session.run.name,
        session.answer_source,
        with_reward=session.config.reward != "preference",
        finish=session.preferences.learn,
    )
    for design in designs:
        if success_in_words(session, design):
            failed[design.name] = "its success is seen by a judge, who looks at one skill at a time"
    for name, reason in failed.items():
        session.run.event("not_together", skill=name, reason=reason)
    return tuple(design for design in designs if design.name not in failed)


def _write_policy(
    session: Session, claims: Sequence[SkillClaim], designs: Sequence[Skill], start: Facts
) -> TrainingPolicyOverSkills:
    def note_round(number: int, finding: Finding | None) -> None:
        problems = list(finding.problems) if finding else []
        session.run.event("rehearsed", round=number, problems=problems)

    policy = write_training_policy(
        session.model, session.spec, session.sandbox, claims, designs, start, note_round
    )
    session.run.event("training_policy", answer_id=policy.answer_id, fallback=not policy.answer_id)
    if not policy.answer_id:
        session.progress.note("no recorded policy over skills for training: skills are taken in turn")
    return policy


def _train(session: Session, designs: Sequence[Skill], policy: TrainingPolicyOverSkills) -> TrainResult:
    config = session.config
    arenas = tuple(
        start
        for start, _, label in session.bank.labelled({})
        if begun_on_arena(label) and not is_held_out(start.origin)
    )
    budget = int(JOINT_BUDGET_SHARE * config.budget_steps)
    session.progress.skill_started(
        JOINT_STAGE, description=f"{len(designs)} skills, one after the other in an episode", budget=budget
    )
    names = [skill.name for skill in designs]
    terms = {name: preference_term(session, name) for name in names}
    spec = JointSpec(
        game=config.game,
        skills=tuple(
            skill.model_copy(update={"step_cap": min(skill.step_cap, TRAINING_EPISODE_STEPS)})
            for skill in designs
        ),
        choose=policy.source,
        known=policy.skills,
        networks="shared" if config.networks == "shared" else "per_skill",
        work_dir=session.run.path / "training" / JOINT_STAGE,
        budget_steps=budget,
        starts=Starts(saved=arenas, fresh_share=1 - ARENA_SHARE if arenas else 1.0),
        episode_steps=EPISODE_STEPS,
        game_options=config.game_options,
        config=PPOConfig(workers=config.workers, update=config.update, overlap=config.overlap),
        seed=child_seed(config.seed, JOINT_STAGE),
        preferences={name: term for name, term in terms.items() if term is not None},
        keep_final_states=FINAL_STATES_KEPT,
    )
    session.live.doing("training", JOINT_STAGE)
    result = session.slot.train(
        spec, on_progress=lambda progress: _tell(session, names, progress), wants_view=session.live.size
    )
    session.steering.go_on()  # the training was ended with a checkpoint, and is gone on with from there
    return result


def _tell(session: Session, names: Sequence[str], progress: TrainProgress) -> bool:
    """Save the final states and report the progress; False when the stage's share of the time is up."""
    for state in progress.final_states:
        session.bank.add(state.start, state.facts, names[state.skill])
    session.progress.training(
        JOINT_STAGE, steps=progress.steps, budget=progress.budget_steps,
        success_rate=progress.success_rate, fps=progress.steps_per_second,
    )  # fmt: skip
    rates = {f"train/success/{skill.name}": skill.success_rate for skill in progress.skills}
    session.run.metrics(**{"skill": JOINT_STAGE, "train/steps": progress.steps, **rates})
    session.live.trained(progress, names)
    in_time = session.budget.seconds < 60 * JOINT_BUDGET_SHARE * session.config.minutes
    return session.steering.look() and in_time


def _keep(session: Session, result: TrainResult) -> None:
    """Save the weights where the first round of practice looks for them."""
    for skill in result.skills:
        folder = round_folder(session, skill.name, 0)
        disk.make_folder(folder, Written.TRAINING)
        write_atomically(folder / "policy.zip", result.weights[skill.name].read_bytes(), Written.WEIGHTS)
        session.state.skills[skill.name].train_steps += skill.steps
    session.budget.spend(result.steps)
    session.run.event(
        "trained_together", network=session.config.networks, steps=result.steps, stopped=result.stopped,
        skills={t.name: {"steps": t.steps, "success_rate": t.success_rate} for t in result.skills},
        **session.slot.about,
    )  # fmt: skip
