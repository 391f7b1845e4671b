"""Which policy over skills serves a task: one kept in the library, one recorded, or one written now."""

from __future__ import annotations

from collections.abc import Mapping

from agent.config import SolveConfig
from agent.design.policy import write_policy_over_skills
from agent.design.refinement import Finding
from agent.llm.errors import BadPack, NoRecordedAnswer
from agent.llm.open_model import RECORDED, ModelOptions, is_live, model_settings, open_model
from agent.play.kit import Kit, PolicyOverSkills
from agent.play.libraries import shipped_library
from agent.play.load import load_policies_over_skills, save_policies_over_skills, short_name
from agent.records.runs import Run
from envs.facts import Facts
from envs.game import GameSpec
from envs.registry import make_game
from envs.seeding import training_seed
from planners.goals.words import SMALL_WORDS, VERB_WEIGHT, VERBS, nearest, words_of
from skills.code.sandbox import Sandbox
from skills.errors import LibraryLocked, LibraryNotWritable
from skills.store.store import SkillLibrary

LEAST_LIKENESS = 0.6
"""Least likeness of a typed task and the task of a policy, 0..1."""

LEAST_LEAD = 0.05
"""Least difference in likeness between the best match and the next, 0..1."""


def named_policy(policies: Mapping[str, PolicyOverSkills], text: str) -> PolicyOverSkills | None:
    """The policy that a task names, by its short name or by like words; None when none clearly does.

    >>> mines = PolicyOverSkills(task="reach the Gnomish Mines", source="", skills=())
    >>> named_policy({"gnomish": mines}, "Find the gnomish mines!") is mines
    True
    >>> named_policy({"gnomish": mines}, "find Delphi") is None
    True
    """
    if text.strip().lower() in policies:
        return policies[text.strip().lower()]
    words = _words(text)
    policies = {name: known for name, known in policies.items() if not _left_over(words, known.task)}
    likeness = ((_likeness(words, _words(known.task)), name) for name, known in policies.items())
    scored = sorted(likeness, reverse=True)
    if not scored or scored[0][0] < LEAST_LIKENESS:
        return None
    best = policies[scored[0][1]]
    others = [score for score, name in scored if policies[name].task != best.task]
    return None if others and scored[0][0] - others[0] < LEAST_LEAD else best


def recorded_policy(
    config: SolveConfig, kit: Kit, spec: GameSpec, run: Run, goal: Mapping[str, int] | None = None
) -> PolicyOverSkills | None:
    """The policy that was recorded for exactly this task and these skills; None when there is none.

    Raises:
        NoPolicyOverSkills: there is one, and it does not work when it is tried out.
        LLMError: the recorded answers cannot be used.
    """
    if is_live(config.llm):
        return None
    try:
        return write_policy(config, kit, spec, run, goal)
    except NoRecordedAnswer:
        return None
    except BadPack:
        if config.llm == RECORDED:  # no answers are shipped for this game
            return None
        raise


def write_policy(
    config: SolveConfig, kit: Kit, spec: GameSpec, run: Run, goal: Mapping[str, int] | None = None
) -> PolicyOverSkills:
    """Have a policy for the task written and tried out; every round is noted in the run.

    Args:
        config: the task, the model.
        kit: the skills.
        spec: the game.
        run: where it is noted.
        goal: facts that the task is known to mean.

    Raises:
        NoPolicyOverSkills, LLMError: see `agent.design.policy.write_policy_over_skills`.
    """

    def note(number: int, finding: Finding | None) -> None:
        problems = list(finding.problems) if finding else []
        run.event("rehearsed", round=number, accepted=finding is None, problems=problems)

    with (
        open_model(config.llm, config.game, _options(config, run)) as model,
        Sandbox() as sandbox,
    ):
        start = first_facts(kit)
        policy = write_policy_over_skills(model, kit, spec, sandbox, start, config.task, goal, on_round=note)
    run.event(
        "strategy",
        task=policy.task,
        goal=dict(policy.goal),
        answer_id=policy.answer_id,
        source=policy.source.splitlines(),
    )
    return policy


def _options(config: SolveConfig, run: Run) -> ModelOptions:
    return ModelOptions(log=run.answers_path, settings=model_settings(config))


def first_facts(kit: Kit) -> Facts:
    """The facts at the start of an episode that is used for nothing else."""
    game = make_game(kit.game, **kit.game_options)
    game.reset(training_seed(0, "rehearsal"))
    facts = game.facts()
    game.close()
    return facts


def keep_policy(config: SolveConfig, policy: PolicyOverSkills) -> str:
    """Save a policy beside the skills of the user's library, for the next time.

    Returns:
        Why it was not kept; empty when it was.
    """
    if config.library.resolve() == shipped_library().resolve():
        return "the starter library is left as it is"
    library = SkillLibrary(config.library, config.game)
    try:
        with library.lock():
            save_policies_over_skills(
                library, {**load_policies_over_skills(library), short_name(policy.task): policy}
            )
    except (LibraryLocked, LibraryNotWritable, OSError) as error:
        return str(error)
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


def _left_over(words: frozenset[str], task: str) -> bool:
    """Whether words of a typed task say something that the policy's task does not."""
    known = _words(task)
    return any(not nearest(word, known)[0] for word in words - SMALL_WORDS)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    def weight(words: frozenset[str]) -> float:
        return sum(VERB_WEIGHT if word in VERBS else 1.0 for word in words)

    return weight(one & other) / max(weight(one | other), VERB_WEIGHT)
