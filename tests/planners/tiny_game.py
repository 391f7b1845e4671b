"""A game without a map for tests of the executors: every action changes the facts by a function."""

from collections.abc import Callable
from dataclasses import dataclass, field

from envs.facts import EndStatus, FactSpec
from envs.game import GameSpec
from planners.graph.graph import SkillGraph
from skills.skill import Effects, SkillKind

FACTS = {
    "wood": "count",
    "plank": "count",
    "raft": "count",
    "water": "level",
    "near.river": "place",
    "near.shop": "place",
    "did.explore": "event",
}


class TinyGame:
    """Implements what executors use of `envs.game.Game`.

    Args:
        effects: action name -> function that changes the facts.
        every_step: called after every action.
        max_steps: the episode's length.
        **facts: facts at the start that are not 0.
    """

    def __init__(self, effects, *, every_step=lambda facts: None, max_steps=1000, **facts):
        self.effects = {"noop": lambda facts: None, **effects}
        self.every_step = every_step
        self.max_steps = max_steps
        self.state = {**dict.fromkeys(FACTS, 0), "water": 9, **facts}
        self.steps = 0
        self.status = EndStatus.RUNNING
        self.log = []
        self.spec = GameSpec(
            name="tiny",
            title="Tiny",
            actions=tuple(self.effects),
            facts=tuple(FactSpec(name=name, description=name, kind=kind) for name, kind in FACTS.items()),
            seekable={},
            explorable={"anywhere": "everywhere"},
            encoding_size=1,
            max_steps=max_steps,
        )

    def facts(self):
        return dict(self.state)

    def step(self, action):
        assert self.status is EndStatus.RUNNING
        name = self.spec.actions[action]
        self.log.append(name)
        self.steps += 1
        outcome = self.effects[name](self.state)
        self.every_step(self.state)
        if isinstance(outcome, EndStatus):
            self.status = outcome
        elif self.steps >= self.max_steps:
            self.status = EndStatus.TIME_LIMIT
        return self.status


@dataclass
class Repeat:
    """An option that repeats one action."""

    action: str
    stop_after: int | None = None
    starts: Callable[[dict], bool] = field(default=lambda facts: True)

    def may_start(self, facts):
        return self.starts(facts)

    def act(self, game):
        return game.spec.action_index[self.action]

    def should_stop(self, start, facts, steps):
        return self.stop_after is not None and steps >= self.stop_after


def make_options(**special):
    """An option maker: every skill repeats the action of its own name, but for those given."""
    return lambda skill: special[skill]() if skill in special else Repeat(skill)


def add(fact, count=1):
    """An effect that changes one fact."""

    def effect(facts):
        facts[fact] += count

    return effect


def tiny_graph(*skills, step_cap=5):
    """Skills as (name, obtains, consumes, requires); all available."""
    graph = SkillGraph("tiny", FACTS)
    for name, obtains, *rest in skills:
        consumes, requires = [*rest, {}, {}][:2]
        effects = Effects(obtains=obtains, consumes=consumes, requires=requires)
        graph.add_skill(name, SkillKind.ACT, effects, available=True, step_cap=step_cap)
    return graph


def most_urgent(**conditions):
    """A guard that asks for the first skill whose condition holds."""

    def guard(facts, remaining):
        return next((skill for skill, condition in conditions.items() if condition(facts)), None)

    return guard
