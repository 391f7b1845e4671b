"""The unmodified package through the player: in the flat engine, in the block world, in Minecraft.

Opt in with ``--minedojo``. The tests of the contract also run against an engine of yours, such as
Minecraft's, at the port that `JOURNEYMAN_MINECRAFT_PORT` names; they are skipped, and counted, where none is
named.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from envs.facts import EndStatus
from envs.game import Focus
from envs.minecraft.catalogue.table import load_catalogue
from envs.minecraft.game import MinecraftGame
from envs.minecraft.package.engine_choice import EngineChoice
from envs.minecraft.package.errors import PlayerDied
from envs.minecraft.package.game import PackageGame
from envs.minecraft.package.mirror import Mirror
from envs.minecraft.package.player import NO_OP, PackagePlayer, Patience, View
from envs.minecraft.package.task import MISNAMED
from envs.minecraft.sources import UNOBTAINABLE
from envs.minecraft.spec import SPEC
from envs.minecraft.wire.actions import sizes, ticks_of
from envs.minecraft.wire.block_world import BlockWorldEngine
from envs.minecraft.wire.commands import Commands
from envs.minecraft.wire.engine import Observation
from envs.minecraft.wire.errors import EngineMissing
from envs.minecraft.wire.frames import framed, number
from envs.minecraft.wire.info import half_turn
from envs.minecraft.wire.mission import Mission, Ray
from envs.minecraft.wire.probe import Address
from envs.minecraft.wire.process import EngineProcess
from envs.minecraft.wire.server import WireServer
from tests.envs.minecraft.wire import golden
from tests.envs.minecraft.wire.client import served
from tests.envs.minecraft.wire.flat_engine import FlatEngine

pytestmark = [pytest.mark.minedojo, pytest.mark.slow]

PORT = "JOURNEYMAN_MINECRAFT_PORT"
VIEW = View(size=(32, 48), rays=((0.0, 0.0, 10.0), (0.5, 0.0, 10.0)))
SHEEP = "harvest_wool_with_shears_and_sheep"
FORWARD, TURN = (1, 0, 0, 12, 12, 0, 0, 0), (0, 0, 0, 12, 13, 0, 0, 0)
USE = (0, 0, 0, 12, 12, 1, 0, 0)
EQUIP_EMPTY = (0, 0, 0, 12, 12, 5, 0, 35)
DESTROY_FIRST = (0, 0, 0, 12, 12, 7, 0, 0)


def attach(port: int) -> EngineChoice:
    return EngineChoice("attach", Address("127.0.0.1", port))


@pytest.fixture(scope="module", params=["flat", "block-world", "yours"])
def player(request: pytest.FixtureRequest, minedojo_side: Path) -> Iterator[PackagePlayer]:
    if request.param == "yours":
        port = os.environ.get(PORT)
        if not port:
            pytest.skip(f"no engine of yours: {PORT} names no port")
        with PackagePlayer(attach(int(port)), VIEW, side=minedojo_side) as made:
            yield made
        return
    if request.param == "block-world":
        with PackagePlayer(EngineChoice("block-world"), VIEW, side=minedojo_side) as made:
            yield made
        return
    with served() as (server, _), PackagePlayer(attach(server.port), VIEW, side=minedojo_side) as made:
        yield made


def some_tasks() -> list[str]:
    """Every sixtieth task that can be done in the overworld, of all classes."""
    hopeless = UNOBTAINABLE.keys() | MISNAMED.keys()
    tasks = [
        task.id
        for task in load_catalogue().tasks
        if not hopeless & set(task.targets) and task.biome not in ("nether", "the_end")
    ]
    return tasks[::60]


class TestContract:
    def test_everything_that_is_asked_for_is_seen(self, player: PackagePlayer) -> None:
        seen = player.begin("open-ended", 1)
        assert len(seen.observation.inventory) == 41
        assert len(seen.observation.voxels) == 27 * 10
        assert len(seen.observation.rays) == 2 * 16
        assert 0 < seen.observation.life <= 20
        assert {0, 1, 3} <= seen.masks["action_type"]
        assert player.frame(48, 32).shape == (32, 48, 3)
        assert player.frame(48, 32).any()

    @pytest.mark.parametrize("task", some_tasks())
    def test_tasks_are_made_begun_and_stepped(self, player: PackagePlayer, task: str) -> None:
        seen = player.begin(task, 2)
        assert seen.prompt
        wanted = dict(load_catalogue().task[task].carried)
        held: dict[str, int] = {}
        for stack in seen.observation.inventory:
            held[stack.name] = held.get(stack.name, 0) + stack.quantity
        assert {item: held.get(item, 0) for item in wanted} == wanted
        assert player.act(NO_OP).ticks == 1

    def test_the_same_task_can_be_begun_twice(self, player: PackagePlayer) -> None:
        first, second = player.begin(SHEEP, 3), player.begin(SHEEP, 3)
        assert first.prompt == second.prompt == "shear a sheep with shears and a sheep nearby"
        assert second.observation.inventory[0].name == "shears"
        assert second.ticks == 0

    def test_the_camera_turns_by_steps(self, player: PackagePlayer) -> None:
        before = player.begin("open-ended", 4).observation
        after = player.act(TURN).observation
        turned = (after.yaw - before.yaw) % 360
        assert abs(turned - 15) < 1e-3

    def test_what_is_walked_is_seen(self, player: PackagePlayer) -> None:
        player.begin("open-ended", 5)
        places = []
        for _ in range(4):
            for _ in range(10):
                seen = player.act(FORWARD).observation
            places.append((seen.x, seen.z))
            player.act((0, 0, 0, 12, 18, 0, 0, 0))
        assert len(set(places)) > 1

    def test_an_action_on_an_empty_slot_is_nothing(self, player: PackagePlayer) -> None:
        player.begin("open-ended", 6)
        seen = player.act(EQUIP_EMPTY)
        assert seen.notes == ("equip: slot 35 is empty, so nothing was done",)
        assert seen.ticks == 1
        assert player.act(NO_OP).notes == ()

    def test_what_is_destroyed_is_gone_after_three_ticks(self, player: PackagePlayer) -> None:
        assert player.begin(SHEEP, 7).observation.inventory[0].name == "shears"
        seen = player.act(DESTROY_FIRST)
        assert (seen.observation.inventory[0].name, seen.ticks) == ("air", 3)


def test_a_use_is_counted(minedojo_side: Path) -> None:
    with served() as (server, engine), PackagePlayer(attach(server.port), VIEW, side=minedojo_side) as player:
        assert player.begin(SHEEP, 1).observation.stats == {}
        assert player.act(USE).observation.stats == {("stat", "use_item", "minecraft", "shears"): 1}
        assert engine.commands[0].chat[0].startswith("/summon sheep ")


def test_the_package_says_what_was_recorded(minedojo_side: Path) -> None:
    assert golden.record(minedojo_side) == golden.load()


def test_two_players_in_two_engines_do_not_meet(minedojo_side: Path) -> None:
    with (
        served() as (one, _),
        served() as (other, _),
        PackagePlayer(attach(one.port), VIEW, side=minedojo_side) as first,
        PackagePlayer(attach(other.port), VIEW, side=minedojo_side) as second,
    ):
        for player in (first, second):
            player.begin("open-ended", 1)
        first.act(FORWARD)
        assert first.act(NO_OP).observation.z > second.act(NO_OP).observation.z


def test_pictures_are_the_engines_own_and_upright(minedojo_side: Path) -> None:
    with served() as (server, engine), PackagePlayer(attach(server.port), VIEW, side=minedojo_side) as player:
        player.begin("open-ended", 1)
        assert (player.frame(48, 32) == engine.frame(48, 32)).all()
        assert (player.frame(24, 16) == engine.frame(24, 16)).all()


# -- The block world


class Direct:
    """The block world without the package in between, played by the same actions."""

    def __init__(self, seed: int) -> None:
        self.engine = BlockWorldEngine()
        rays = tuple(Ray(*ray) for ray in VIEW.rays)
        mission = Mission(width=48, height=32, voxels=VIEW.voxels, rays=rays, seed=str(seed))
        self.engine.reset(mission)

    def act(self, action: Sequence[int]) -> Observation:
        carried = [stack.name for stack in self.engine.observation().inventory[:36]]
        for commands in ticks_of(action, carried).commands:
            self.engine.step(commands)
        return self.engine.observation()


def told(seen: Observation) -> dict[str, object]:
    """An observation as it comes out of JSON, but for the order of the counts and the turn of the head."""
    return {**asdict(seen), "yaw": half_turn(seen.yaw), "stats": dict(seen.stats)}


@pytest.fixture(scope="module")
def block_world(minedojo_side: Path) -> Iterator[PackagePlayer]:
    with PackagePlayer(EngineChoice("block-world"), VIEW, side=minedojo_side) as made:
        yield made


def some_actions(number: int) -> list[list[int]]:
    """Mostly walking, looking about and digging, at random."""
    random = np.random.default_rng(number)
    actions = []
    for _ in range(60):
        action = [int(random.integers(size)) for size in sizes()]
        action[3:5] = [12 + int(random.integers(-1, 2)), 12 + int(random.integers(-2, 3))]
        action[5] = int(random.choice([0, 1, 3, 3, 3, 2, 4, 5, 6, 7]))
        actions.append(action)
    return actions


@pytest.mark.parametrize("seed", [5, 6])
def test_through_the_package_and_directly_is_the_same_step_by_step(
    block_world: PackagePlayer, seed: int
) -> None:
    direct = Direct(seed)
    assert told(block_world.begin("open-ended", seed).observation) == told(direct.engine.observation())
    for action in some_actions(seed):
        assert told(block_world.act(action).observation) == told(direct.act(action))


def test_the_picture_is_the_same_too(block_world: PackagePlayer) -> None:
    direct = Direct(7)
    block_world.begin("open-ended", 7)
    block_world.act(TURN), direct.act(TURN)
    assert (block_world.frame(48, 32) == direct.engine.frame(48, 32)).all()


def test_what_plays_says_that_it_is_not_minecraft(block_world: PackagePlayer) -> None:
    assert block_world.begin("open-ended", 1).engine == "block world: not Minecraft"


def test_a_task_of_another_world_is_refused(block_world: PackagePlayer) -> None:
    with pytest.raises(PlayerDied) as caught:
        block_world.begin("combat_shulker_end_iron_armors_wooden_sword_shield", 1)
    assert str(caught.value) == (
        "the engine broke while an episode began: it closed the connection; it said last: a connection is "
        "ended: the block world does not have the End, which the mission asks for"
    )
    assert block_world.begin("open-ended", 1).ticks == 0


def test_a_mirror_follows_a_task_with_mobs_tick_by_tick_to_its_reward(block_world: PackagePlayer) -> None:
    mirror = Mirror(block_world)
    seen = mirror.begin(SHEEP, 11)
    assert any(body.name == "sheep" for body in mirror.world.bodies())
    for commands in (
        Commands(forward=True, yaw=37.5),
        Commands(attack=True, pitch=20.25),
        Commands(use=True),
    ):
        seen = mirror.tick(commands)
    assert seen.ticks == 3
    assert told(seen.observation) == told(mirror._engine.observation())
    assert mirror.world.yaw == 37.5


def test_a_mirror_that_is_broken_aborts_the_episode(block_world: PackagePlayer) -> None:
    mirror = Mirror(block_world)
    mirror.begin("open-ended", 1)
    mirror.world.command("/give @p log 1")
    with pytest.raises(
        PlayerDied, match="the package shows another world than the one that is played: inventory"
    ):
        mirror.tick(Commands())


def test_an_engine_of_ours_that_is_killed_is_followed_by_another(block_world: PackagePlayer) -> None:
    block_world.begin("open-ended", 1)
    before, engine = block_world.pid, block_world._engine
    assert engine is not None
    os.kill(engine.pid, signal.SIGKILL)
    with pytest.raises(PlayerDied, match=r"^the engine broke in a step: (it closed the connection|the conn)"):
        block_world.act(FORWARD)
    assert block_world.begin("open-ended", 1).ticks == 0
    assert block_world.act(FORWARD).ticks == 1
    assert block_world.pid == before


# -- The game


TREE, SHEEP_NEAR = Focus(seek=("tree",), explore="forest"), Focus(seek=("sheep",))


def do(game: MinecraftGame, action: str, focus: Focus) -> dict[str, int]:
    game.encode(focus, np.zeros(SPEC.encoding_size, np.float32))
    game.step(SPEC.action_index[action])
    return game.facts()


def test_the_games_facts_through_the_package_and_directly_are_the_same_step_by_step(
    minedojo_side: Path,
) -> None:
    direct, actions = (
        MinecraftGame(),
        ("walk_to", "mine", "turn_left", "jump", "craft_planks", "fight", "use"),
    )
    with closing(PackageGame(EngineChoice("block-world"), side=minedojo_side)) as through:
        for seed in (7, 8):
            random = np.random.default_rng(seed)
            through.reset(seed), direct.reset(seed)
            assert through.facts() == direct.facts()
            for step in range(30):
                action = "walk_to" if step < 4 else str(random.choice(actions))
                assert do(through, action, TREE) == do(direct, action, TREE), (seed, step, action)
            assert through.status is direct.status


def test_a_task_is_done_when_the_package_says_so(minedojo_side: Path) -> None:
    with closing(PackageGame(EngineChoice("block-world"), SHEEP, side=minedojo_side)) as game:
        game.reset(11, 200)
        for step in range(200):
            if game.status is not EndStatus.RUNNING:
                break
            near = game.facts()["near.sheep"]
            do(game, ("face", "use")[step % 2] if near else "walk_to", SHEEP_NEAR)
        assert (game.status, game.facts()["wool"] >= 1, game.reward >= 1) == (EndStatus.SUCCESS, True, True)


def test_the_game_plays_in_an_engine_of_ours_that_listens(minedojo_side: Path) -> None:
    with (
        EngineProcess(pictures=False) as engine,
        closing(PackageGame(attach(engine.port), side=minedojo_side)) as game,
    ):
        game.reset(3)
        assert do(game, "walk_to", TREE)["ticks"] > 0
        assert game.status is EndStatus.RUNNING


def test_the_game_is_refused_in_a_world_of_which_not_everything_is_known(minedojo_side: Path) -> None:
    with (
        served() as (server, _),
        closing(PackageGame(attach(server.port), side=minedojo_side)) as game,
        pytest.raises(PlayerDied, match="so far the game is played in the block world alone"),
    ):
        game.reset(3)


# -- Faults

Fault = Callable[[bytes, socket.socket], bytes]


class Sabotaged(WireServer):
    """A server whose answer to one kind of message is spoilt while `fault` is set."""

    where = b""
    fault: Fault | None = None

    def _answer(self, message: bytes, stream: socket.socket) -> bytes:
        answer = super()._answer(message, stream)
        spoil = self.fault
        return spoil(answer, stream) if spoil and message.startswith(self.where) else answer


def closes(answer: bytes, stream: socket.socket) -> bytes:
    raise ConnectionResetError


def half(answer: bytes, stream: socket.socket) -> bytes:
    stream.sendall(answer[:100])
    stream.shutdown(socket.SHUT_WR)
    return b""


def lies(answer: bytes, stream: socket.socket) -> bytes:
    return b"\xff" * 8


def says_nothing(answer: bytes, stream: socket.socket) -> bytes:
    return b""


def no_json(answer: bytes, stream: socket.socket) -> bytes:
    picture = 4 + 32 * 48 * 3
    return answer[: picture + 14] + framed(b"{no json")


def is_done(answer: bytes, stream: socket.socket) -> bytes:
    return answer[:-1] + b"\1"


def is_busy(answer: bytes, stream: socket.socket) -> bytes:
    return number(0)


STEP, PEEK, MISSION = b"<StepClient", b"<Peek", b"<MissionInit"
FAULTS: dict[str, tuple[bytes, Fault, str]] = {
    "dies in a step": (STEP, closes, "the engine broke in a step: it closed the connection"),
    "half a frame": (
        STEP, half,
        "the engine broke in a step: it closed the connection after 96 of the 4,608 bytes of a frame",
    ),
    "a lying length": (
        STEP, lies,
        "the engine broke in a step: it sent a frame that says it has 4,294,967,295 bytes; the most is "
        "64,000,000",
    ),
    "silence": (STEP, says_nothing, "the engine broke in a step: it was silent for 3 s"),
    "no JSON": (
        STEP, no_json,
        "the engine sent what cannot be read (JSONDecodeError: Expecting property name enclosed in double "
        "quotes: line 1 column 2 (char 1))",
    ),
    "dies at peek": (PEEK, closes, "the engine broke while an episode began: it closed the connection"),
    "over at peek": (PEEK, is_done, "the engine says that the episode is over before it has begun"),
    "busy": (MISSION, is_busy, "the engine plays for somebody else and did not stop; use one of its own"),
}  # fmt: skip


@contextmanager
def sabotaged() -> Iterator[Sabotaged]:
    server = Sabotaged(FlatEngine())
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join()


@pytest.fixture(scope="module")
def spoilt(minedojo_side: Path) -> Iterator[tuple[Sabotaged, PackagePlayer]]:
    patience = Patience(silence_s=3, busy_s=1)
    with (
        sabotaged() as server,
        PackagePlayer(attach(server.port), VIEW, side=minedojo_side, patience=patience) as player,
    ):
        yield server, player


@pytest.mark.parametrize(("where", "fault", "message"), FAULTS.values(), ids=FAULTS)
def test_a_fault_aborts_the_episode_and_the_next_one_is_clean(
    spoilt: tuple[Sabotaged, PackagePlayer], where: bytes, fault: Fault, message: str
) -> None:
    server, player = spoilt
    if where == STEP:
        player.begin("open-ended", 1)
    server.where, server.fault = where, fault
    with pytest.raises(PlayerDied) as caught:
        player.act(FORWARD) if where == STEP else player.begin("open-ended", 1)
    assert str(caught.value) == message
    server.fault = None
    assert player.begin("open-ended", 2).ticks == 0
    assert player.act(FORWARD).ticks == 1


def test_an_engine_that_is_gone_is_told_and_so_is_its_return(minedojo_side: Path) -> None:
    with served() as (server, _):
        player = PackagePlayer(attach(server.port), VIEW, side=minedojo_side)
        player.begin("open-ended", 1)
    with pytest.raises(PlayerDied, match=r"^the engine broke in a step: "):
        player.act(FORWARD)
    with pytest.raises(PlayerDied) as caught:
        player.begin("open-ended", 2)
    assert str(caught.value) == "nothing listens at the engine's port any more"
    back = WireServer(FlatEngine(), server.port)
    thread = threading.Thread(target=back.serve)
    thread.start()
    assert player.begin("open-ended", 3).ticks == 0
    player.close()
    back.close()
    thread.join()
    with pytest.raises(EngineMissing, match=r"nothing listens at 127\.0\.0\.1:"):
        PackagePlayer(attach(server.port), VIEW, side=minedojo_side)


def test_what_is_seen_is_python_and_finite(minedojo_side: Path) -> None:
    with served() as (server, _), PackagePlayer(attach(server.port), VIEW, side=minedojo_side) as player:
        seen = player.begin("open-ended", 1).observation
        assert all(np.isfinite([seen.x, seen.y, seen.z, seen.yaw, seen.pitch]))
        assert seen.voxels[0] == "grass"
