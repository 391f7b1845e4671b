"""Solves a task that no fact states: chooses skills by its words, plays them, and has the end looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from agent.config import SolveConfig
from agent.judges.opening import EMBEDDED_FOR
from agent.llm.answer_log import AnswerLog
from agent.llm.open_model import ModelOptions, model_settings
from agent.person import Conversation, Person, require_somebody
from agent.play.kit import Kit
from agent.play.player import Player
from agent.play.watched import WatchedPlay
from agent.records.endings import ending_of
from agent.records.runs import Run
from agent.solving.judging import ASK, AUTO, EMBEDDED, FACTS, can_judge, open_looking
from agent.solving.looking import carry_out_by_looking
from agent.solving.nearest import nearest_skills, same_words
from agent.solving.noting import note_episode
from agent.solving.parts import Parts, choose_parts, model_for_parts
from agent.solving.report import SolvedEpisode
from agent.solving.understanding import other_words
from envs.game import GameSpec
from envs.recording.traced_game import TracedGame
from envs.registry import make_game
from envs.seeding import evaluation_seed
from planners.errors import UnknownGoal
from planners.execution.events import ExecutorEvent
from planners.execution.judge import Judge
from planners.goals.refusals import quoted
from planners.graph.graph import SkillGraph
from planners.plan import Goal
from skills.skill import Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """A task that is carried out by skills near to its words, and judged by looking.

    Attributes:
        task: in words; what the judge is asked about.
        parts: the skills.
    """

    task: str
    parts: Parts

    @property
    def goal(self) -> Goal:
        """What is told to have been understood; there are no facts."""
        said = f"a task that no fact states, judged by looking; {self.parts.in_words()}"
        return Goal(facts={}, text=self.task, understood=said)


def with_judges(
    unclear: UnknownGoal, config: SolveConfig, skills: Mapping[str, Skill], spec: GameSpec
) -> UnknownGoal:
    """The refusal, saying which judges might look at the task; itself where none would."""
    if _chosen(config) or not other_words(config.task):
        return unclear
    if not nearest_skills(config.task, skills, spec, faint=True):
        return unclear
    looking = f"--judge {EMBEDDED} or --judge {ASK}" if spec.name in EMBEDDED_FOR else f"--judge {ASK}"
    end = "" if str(unclear).endswith((".", "?")) else "."
    return type(unclear)(f"{unclear}{end} It can be judged by looking, too: {looking}.", near=unclear.near)


def _chosen(config: SolveConfig) -> bool:
    """Whether a judge that looks was chosen for this."""
    return config.judge not in (AUTO, FACTS)


def claimed(task: str, graph: SkillGraph) -> bool:
    """Whether a skill at hand was learned for just this: what must be seen for its success, word for word."""
    said = (graph.success_in_words(skill) for skill in graph.skills() if graph.available(skill))
    return any(text and same_words(text, task) for text in said)


def can_look(
    config: SolveConfig,
    skills: Mapping[str, Skill],
    spec: GameSpec,
    conversation: Conversation | None = None,
) -> bool:
    """Whether some skill is near to the task, and somebody may say by looking whether it was done.

    Args:
        config: the task, the judge.
        skills: of the library.
        spec: the game.
        conversation: with the person who is asked, where the judge is one.

    Raises:
        NoJudge: the judge that was chosen cannot be opened.
        NobodyThere: a person shall look, and none can be asked.
        LLMError: the model that was chosen as a judge cannot be opened.
    """
    if config.judge == FACTS or not other_words(config.task):
        return False
    if not nearest_skills(config.task, skills, spec, faint=_chosen(config)):
        return False
    if config.judge == ASK and conversation is not None:
        require_somebody(conversation)
        return True
    with open_looking(config.judge, config.game, config.llm, _options(config)) as path:
        return can_judge(path, config.task, chosen=_chosen(config))


def choose_looking(config: SolveConfig, kit: Kit, spec: GameSpec, run: Run) -> Looking:
    """The skills for a task, noted in the run.

    Raises:
        UnknownGoal: none is near.
        LLMError: a live model gave no usable answer.
    """
    model = model_for_parts(config.llm, config.game, config.task, _options(config, run))
    parts = choose_parts(config.task, kit.skills, spec, model, faint=_chosen(config))
    if parts is None:
        raise UnknownGoal(f"no skill has anything to do with {quoted(config.task)}")
    run.event("by_looking", skills=list(parts.skills), how=parts.how, answer_id=parts.answer_id)
    return Looking(task=config.task, parts=parts)


def play_by_looking(
    config: SolveConfig,
    kit: Kit,
    spec: GameSpec,
    looking: Looking,
    run: Run,
    progress: Callable[[int, int], None],
    conversation: Conversation | None = None,
) -> tuple[SolvedEpisode, ...]:
    """Play all episodes in this process, one after the other, noting each in the run."""
    done: list[SolvedEpisode] = []
    progress(0, config.episodes)
    person = Person(conversation, AnswerLog(run.answers_path)) if conversation else None
    opening = open_looking(
        config.judge, config.game, config.llm, _options(config, run),
        person=person, folder=run.media, max_calls=config.max_judge_calls,
    )  # fmt: skip
    with (
        opening as judge,
        _game(kit) as games,
    ):
        for index in range(config.episodes):
            done.append(
                _play(config, kit, spec, looking, judge, games, evaluation_seed(config.seed, index), run)
            )
            progress(len(done), config.episodes)
    return tuple(done)


def _play(
    config: SolveConfig,
    kit: Kit,
    spec: GameSpec,
    looking: Looking,
    judge: Judge,
    games: tuple[TracedGame, WatchedPlay],
    seed: int,
    run: Run,
) -> SolvedEpisode:
    events: list[ExecutorEvent] = []
    game, watched = games

    def decided(event: ExecutorEvent) -> None:
        events.append(event)
        watched.note(event)

    watched.watch(seed)
    game.reset(seed)
    with Player(kit, seed, learn=False, on_event=decided) as player:
        steps = config.max_steps or spec.max_steps
        looked = carry_out_by_looking(player, judge, game, looking.task, looking.parts.skills, steps)
    records = tuple(event.to_record() for event in events)
    trace, outcome = game.trace(), looked.verdict.outcome
    episode = SolvedEpisode(
        seed=seed,
        success=outcome == "done",
        env_steps=looked.env_steps,
        skills=tuple(execution.skill for execution in looked.executions),
        verdict=looked.verdict,
        ending=ending_of(trace, records, None if outcome == "unclear" else outcome == "done"),
    )
    note_episode(run, episode, records, trace, looking.task, {})
    return episode


@contextmanager
def _game(kit: Kit) -> Iterator[tuple[TracedGame, WatchedPlay]]:
    """The game, which keeps what its episodes follow from, and what tells of them meanwhile."""
    watched = WatchedPlay(make_game(kit.game, **kit.game_options))
    game = TracedGame(watched, kit.game_options)
    try:
        yield game, watched
    finally:
        game.close()


def _options(config: SolveConfig, run: Run | None = None) -> ModelOptions:
    return ModelOptions(log=run.answers_path if run else None, settings=model_settings(config))
