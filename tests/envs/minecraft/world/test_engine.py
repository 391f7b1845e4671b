"""The block world is played: moving, digging, making, being hurt; numbers are worked out by hand."""

import math

import numpy as np
import pytest

from envs.minecraft.world import LABEL, BadControls, BadStart, BadWorldSnapshot, BlockWorld, Controls, Start
from envs.minecraft.world.compiled.picture import LABEL as LABEL_PIXELS
from envs.minecraft.world.saved import pack
from envs.minecraft.world.state import new_world
from envs.minecraft.world.tables.blocks import FIRST_STATE
from envs.minecraft.world.tables.parameters import Parameters

pytestmark = pytest.mark.slow

FLAT = Start(flat=True, allow_mob_spawn=False)
WAIT = Controls()


def flat(*inventory: tuple[int, str, int], **changes: object) -> BlockWorld:
    world = BlockWorld(3)
    world.reset(Start(flat=True, allow_mob_spawn=False, inventory=inventory, **changes))  # type: ignore[arg-type]
    world.tick_many(WAIT, 5)
    return world


def _life_after_a_tick(world: BlockWorld) -> float:
    world.tick()
    return world.life


def wall(world: BlockWorld, block: str) -> tuple[int, int, int]:
    """Put a block before the player's eyes, and look at it."""
    x, y, z = (math.floor(value) for value in world.position)
    world.command(f"/tp {x + 0.5} {y} {z + 0.5} 0 0")
    world.command(f"/setblock {x} {y + 1} {z + 2} {block}")
    world.tick_many(WAIT, 2)  # back on the ground
    return x, y + 1, z + 2


class TestDigging:
    @pytest.mark.parametrize(
        ("tool", "block", "ticks"),
        [
            ("air", "dirt", 15),  # 0.5 * 30
            ("wooden_shovel", "dirt", 8),  # 0.5 * 30 / 2 = 7.5
            ("air", "log", 60),  # 2 * 30
            ("stone_axe", "log", 15),  # 2 * 30 / 4
            ("iron_axe", "log", 10),  # 2 * 30 / 6
            ("air", "stone", 150),  # 1.5 * 100: it drops nothing
            ("wooden_pickaxe", "stone", 23),  # 1.5 * 30 / 2 = 22.5
            ("iron_pickaxe", "stone", 8),  # 1.5 * 30 / 6 = 7.5
            ("wooden_pickaxe", "iron_ore", 150),  # 3 * 100 / 2: it drops nothing
            ("stone_pickaxe", "iron_ore", 23),  # 3 * 30 / 4 = 22.5
            ("iron_pickaxe", "diamond_ore", 15),  # 3 * 30 / 6
        ],
    )
    def test_a_block_takes_its_ticks(self, tool: str, block: str, ticks: int) -> None:
        world = flat(*([(0, tool, 1)] if tool != "air" else []))
        place = wall(world, block)
        assert world.tick_many(Controls(attack=True), ticks - 1) == ticks - 1
        assert world.block(*place) == block
        world.tick(Controls(attack=True))
        assert world.block(*place) == "air" and world.mined() == {block: 1}

    def test_stone_drops_cobblestone_to_a_pickaxe_and_nothing_to_the_hand(self) -> None:
        for tool, dropped in (("wooden_pickaxe", 1), ("stick", 0)):
            world = flat((0, tool, 1))
            wall(world, "stone")
            world.tick_many(Controls(attack=True), 150)
            world.tick_many(Controls(forward=True), 30)
            assert world.carried().get("cobblestone", 0) == dropped

    def test_tools_wear_out(self) -> None:
        world = flat((0, "wooden_pickaxe", 1))
        world.record[0]["slot_wear"][0] = 59
        wall(world, "stone")
        world.tick_many(Controls(attack=True), 30)
        assert world.carried() == {} and world.counted("broken") == {"wooden_pickaxe": 1}

    def test_sand_falls_and_torches_come_off(self) -> None:
        world = flat()
        x, y, z = wall(world, "stone")
        world.command(f"/setblock {x} {y + 1} {z} sand")
        world.command(f"/setblock {x + 1} {y} {z} torch")
        world.command(f"/setblock {x} {y} {z} air")
        assert world.block(x, y, z) == "air" and world.block(x, y - 1, z) == "sand"
        assert world.block(x + 1, y, z) == "air"


class TestMoving:
    def test_walking_and_sprinting_have_the_speeds_of_the_game(self) -> None:
        for keys, speed in ((Controls(forward=True), 4.317), (Controls(forward=True, sprint=True), 5.612)):
            world = BlockWorld(3)
            world.reset(FLAT)
            world.command("/tp 0.5 80 0.5 0 0")
            for z in range(-2, 40):
                world.command(f"/setblock 0 79 {z} stone")
            world.tick_many(keys, 40)
            start = world.position[2]
            world.tick_many(keys, 20)
            assert world.position[2] - start == pytest.approx(speed, abs=0.01)

    @pytest.mark.parametrize(("blocks", "wounds"), [(3, 0), (4, 1), (10, 7), (23, 20)])
    def test_falling_hurts_beyond_three_blocks(self, blocks: int, wounds: int) -> None:
        world = flat(food=17)  # too hungry to heal
        x, y, z = world.position
        world.command(f"/tp {x} {y + blocks} {z}")
        world.tick_many(WAIT, 60)
        assert world.life == 20 - wounds and world.is_dead == (wounds >= 20)
        assert world.cause == ("fall" if wounds else "")

    def test_a_jump_climbs_one_block_and_no_two(self) -> None:
        for height, climbed in ((1, True), (2, False)):
            world = flat()
            x, y, z = (math.floor(value) for value in world.position)
            world.command(f"/tp {x + 0.5} {y} {z + 0.5} 0 0")
            for up in range(height):
                world.command(f"/setblock {x} {y + up} {z + 1} stone")
            world.tick_many(Controls(forward=True, jump=True), 12)
            assert (world.position[2] > z + 1) == climbed


class TestNeeds:
    def test_one_drowns_after_fifteen_seconds(self) -> None:
        world = flat(food=17)
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/tp {x + 0.5} {y} {z + 0.5}")
        for up in range(3):
            world.command(f"/setblock {x} {y + up} {z} water")
            for i, k in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                world.command(f"/setblock {x + i} {y + up} {z + k} stone")
        world.tick_many(WAIT, 300)
        assert world.life == 20 and world.air <= 1
        world.tick_many(WAIT, 30)
        assert world.life == 18 and world.cause == "drown"  # two half hearts a second from then on

    def test_hunger_follows_from_what_was_done(self) -> None:
        world = flat()
        world.record[0]["exhaustion"], world.record[0]["saturation"] = 4.01, 0.0
        world.tick()
        assert world.food == 19  # four points of exhaustion a half shank, once saturation is gone

    def test_life_comes_back_when_fed_and_goes_when_starved(self) -> None:
        fed, starved = flat(life=10.0, food=18), flat(food=0)
        fed.record[0]["saturation"] = starved.record[0]["saturation"] = 0.0
        fed.tick_many(WAIT, 80)
        assert fed.life == 11  # one half heart in eighty ticks
        starved.tick_many(WAIT, 80)
        assert starved.life == 19 and starved.cause == "starve"

    def test_eating_fills_and_full_ones_do_not_eat(self) -> None:
        world = flat((0, "bread", 2), food=10)
        world.tick(Controls(use=True))
        assert world.food == 15 and world.carried() == {"bread": 1}  # bread is five half shanks
        full = flat((0, "bread", 2))
        full.tick(Controls(use=True))
        assert full.carried() == {"bread": 2}

    def test_lava_kills(self) -> None:
        world = flat()
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/setblock {x} {y} {z} lava")
        world.tick_many(WAIT, 100)
        assert world.is_dead and world.cause == "lava"
        assert world.tick_many(WAIT, 5) == 0
        assert world.command("/respawn") and not world.is_dead and world.life == 20


class TestMaking:
    def test_small_things_by_hand_and_large_ones_at_a_table(self) -> None:
        world = flat((0, "log", 3), (1, "crafting_table", 1))
        world.tick(Controls(craft="planks"))
        world.tick(Controls(craft="planks"))
        world.tick(Controls(craft="stick"))
        world.tick(Controls(craft_nearby="wooden_pickaxe"))
        assert world.carried() == {"log": 1, "crafting_table": 1, "planks": 6, "stick": 4}
        wall(world, "stone")
        world.tick(Controls(place="crafting_table"))
        assert world.near_table and world.counted("placed") == {"crafting_table": 1}
        world.tick(Controls(craft_nearby="wooden_pickaxe"))
        assert world.carried() == {"log": 1, "planks": 3, "stick": 2, "wooden_pickaxe": 1}
        world.tick(Controls(equip="wooden_pickaxe"))
        assert world.inventory()[0].item == "wooden_pickaxe"
        world.command(f"/tp {' '.join(map(str, world.position))} 180 0")
        assert not world.near_table  # it is behind

    def test_smelting_takes_a_furnace_and_fuel(self) -> None:
        world = flat((0, "iron_ore", 2), (1, "planks", 1), (2, "coal", 1))
        wall(world, "furnace")
        world.tick(Controls(smelt="iron_ingot"))
        world.tick(Controls(smelt="iron_ingot"))
        # Planks burn 300 ticks, a piece takes 200: the second takes the coal as well.
        assert world.carried() == {"iron_ingot": 2} and world.counted("smelted") == {"iron_ingot": 2}
        assert int(world.record[0]["fuel"]) == 300 - 200 - 200 + 1600

    def test_armour_is_put_on_where_it_belongs(self) -> None:
        world = flat((4, "iron_chestplate", 1))
        world.tick(Controls(equip="iron_chestplate"))
        assert world.inventory()[38].item == "iron_chestplate" and world.armour == 6


class TestMobs:
    def test_a_sheep_is_shorn_and_a_cow_milked(self) -> None:
        world = flat((0, "shears", 1))
        x, y, z = world.position
        world.command(f"/tp {x} {y} {z} 0 20")
        world.command(f"/summon sheep {x} {y} {z + 2}")
        world.tick(Controls(use=True))
        assert world.bodies()[0].sheared
        world.tick_many(Controls(forward=True), 40)
        assert 1 <= world.carried()["wool"] <= 3 and world.stats()["stat.useItem.minecraft.shears"] == 1
        milk = flat((0, "bucket", 1))
        milk.command(f"/tp {x} {y} {z} 0 20")
        milk.command(f"/summon cow {x} {y} {z + 2}")
        milk.tick(Controls(use=True))
        assert milk.carried() == {"milk_bucket": 1}

    def test_a_pig_dies_of_two_blows_with_a_stone_sword(self) -> None:
        world = flat((0, "stone_sword", 1))
        x, y, z = world.position
        world.command(f"/tp {x} {y} {z} 0 40")
        world.command(f"/summon pig {x} {y} {z + 1.5}")
        for _ in range(2):  # ten half hearts at five a blow
            world.command(f"/tp {x} {y} {z} 0 40")
            body = world.record[0]["bodies"][0]
            body["x"], body["z"], body["vx"], body["vz"] = x, z + 1.5, 0, 0
            world.tick_many(WAIT, 15)
            body["x"], body["y"], body["z"] = x, y, z + 1.5
            world.tick(Controls(attack=True))
        assert world.killed() == {"pig": 1} and world.stats()["stat.killEntity.Pig"] == 1

    @pytest.mark.parametrize(
        ("mob", "cause"),
        [
            ("zombie", "mob:zombie"),
            ("spider", "mob:spider"),
            ("skeleton", "arrow:skeleton"),
            ("creeper", "explosion:creeper"),
        ],
    )
    def test_monsters_hurt_each_in_its_way(self, mob: str, cause: str) -> None:
        world = BlockWorld(5)
        world.reset(Start(flat=True, allow_mob_spawn=False, time=15_000, mobs=(mob,), mob_range=(4, 6)))
        for _ in range(300):
            if world.life < 20:
                break
            world.tick()
        assert world.life < 20 and world.cause == cause

    def test_a_creeper_behind_a_wall_does_not_blow_up(self) -> None:
        world = flat(time=15_000)
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/tp {x + 0.5} {y} {z + 0.5} 0 0")
        for j in (y, y + 1):
            for i in range(x - 3, x + 4):
                world.command(f"/setblock {i} {j} {z + 1} stone")
        world.command(f"/summon creeper {x} {y} {z + 2}")
        world.tick_many(WAIT, 120)
        assert world.life == 20 and [body.name for body in world.bodies()] == ["creeper"]

    def test_a_low_wall_keeps_half_of_a_blast_off(self) -> None:
        lives = []
        for block in ("air", "obsidian"):
            world = flat(time=15_000)
            x, y, z = (math.floor(value) for value in world.position)
            world.command(f"/tp {x + 0.5} {y} {z + 0.5} 0 0")
            for i in range(x - 3, x + 4):
                world.command(f"/setblock {i} {y} {z + 1} {block}")
            world.command(f"/summon creeper {x + 0.5} {y} {z + 2.5}")
            lives.append(min(_life_after_a_tick(world) for _ in range(60)))
            assert world.cause == "explosion:creeper"
        assert 0 <= lives[0] < lives[1] < 20

    def test_an_archers_shots_take_more_from_afar_and_stray(self) -> None:
        wounds: dict[int, list[float]] = {3: [], 13: []}
        for away, taken in wounds.items():
            world = flat(time=15_000)
            x, y, z = (math.floor(value) for value in world.position)
            world.command(f"/tp {x + 0.5} {y} {z + 0.5} 0 0")
            world.command(f"/summon skeleton {x} {y} {z + away}")
            world.command("/gamerule doMobSpawning false")
            for _ in range(60):
                world.record[0]["life"] = 20.0
                world.command(f"/tp {x + 0.5} {y} {z + 0.5} 0 0")
                world.tick_many(WAIT, 40)
                taken.append(20.0 - world.life)
        assert max(wounds[3]) <= 3 and max(wounds[13]) <= 5
        assert 0.0 in wounds[13]  # of forty and more, some miss

    def test_an_enderman_comes_only_when_looked_at(self) -> None:
        world = flat(time=15_000)
        x, y, z = world.position
        world.command(f"/summon enderman {x} {y} {z + 5}")
        world.command(f"/tp {x} {y} {z} 180 0")
        world.tick_many(WAIT, 40)
        assert world.life == 20
        for _ in range(200):
            body = world.bodies()[0]
            dx, dz = body.x - world.position[0], body.z - world.position[2]
            rise = body.y + 2.9 * 0.88 - world.position[1] - 1.62
            pitch = -math.degrees(math.atan2(rise, math.hypot(dx, dz)))
            world.command(f"/tp {x} {y} {z} {math.degrees(math.atan2(-dx, dz))} {pitch}")
            world.tick()
        assert world.life < 20 and world.cause == "mob:enderman"

    def test_zombies_burn_by_day(self) -> None:
        world = flat(time=6_000)
        x, y, z = world.position
        world.command(f"/summon zombie {x + 20} {y} {z}")
        world.command(f"/tp {x} {y + 30} {z}")  # out of its way
        world.command("/setblock ~ ~-1 ~ stone")
        assert world.tick_many(WAIT, 600) == 600
        assert [body.name for body in world.bodies() if body.name == "zombie"] == []

    def test_monsters_appear_in_the_dark_and_not_by_day(self) -> None:
        counts = []
        for time in (1_000, 15_000):
            world = BlockWorld(9)
            world.reset(Start(flat=True, time=time, time_passes=False))
            world.command("/tp 8 120 8")
            world.command("/setblock 8 119 8 stone")
            world.tick_many(WAIT, 400)
            counts.append(
                sum(body.name in ("zombie", "spider", "skeleton", "creeper") for body in world.bodies())
            )
        assert counts[0] == 0 and counts[1] >= 5


class TestLiquids:
    def test_water_runs_seven_blocks_and_dries_up(self) -> None:
        world = flat()
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/tp {x + 0.5} {y + 20} {z + 0.5}")
        world.command(f"/setblock {x} {y} {z} water")
        world.command(f"/setblock {x} {y + 19} {z} stone")
        world.tick_many(WAIT, 60)
        assert world.block(x + 7, y, z) == "flowing_water" and world.block(x + 8, y, z) == "air"
        world.command(f"/setblock {x} {y} {z} air")
        world.tick_many(WAIT, 120)
        assert world.block(x + 1, y, z) == "air"

    def test_water_makes_obsidian_of_lava(self) -> None:
        world = flat()
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/setblock {x + 4} {y} {z} lava")
        world.command(f"/setblock {x + 6} {y} {z} water")
        world.tick_many(WAIT, 40)
        assert world.block(x + 4, y, z) == "obsidian"


class TestCopies:
    def test_two_worlds_of_a_seed_are_alike(self) -> None:
        one, other = BlockWorld(11), BlockWorld(11)
        for world in (one, other):
            world.reset(Start(time=13_000))
            world.tick_many(Controls(forward=True, jump=True, attack=True), 300)
        assert one.snapshot() == other.snapshot()
        assert BlockWorld(12).snapshot() != one.snapshot()

    def test_a_restored_world_goes_on_alike(self) -> None:
        world = BlockWorld(11)
        world.reset(Start(time=13_000, inventory=((0, "iron_pickaxe", 1),)))
        dig = Controls(attack=True, forward=True, camera_pitch=0.0)
        world.tick(Controls(camera_pitch=60.0))
        world.tick_many(dig, 200)
        kept, data = world.keep(), world.snapshot()
        world.tick_many(dig, 200)
        after = world.snapshot()
        for copy in (BlockWorld(1), BlockWorld(2)):
            copy.restore(data)
            assert copy.snapshot() == data
            copy.tick_many(dig, 200)
            assert copy.snapshot() == after
        world.put_back(kept)
        world.tick_many(dig, 200)
        assert world.snapshot() == after

    def test_what_was_changed_is_there_again_after_a_journey(self) -> None:
        world = flat()
        x, y, z = wall(world, "diamond_ore")
        world.command(f"/tp {x + 300} {y} {z}")
        assert world.block(x, y, z) == "air"
        world.command(f"/tp {x} {y} {z - 2}")
        assert world.block(x, y, z) == "diamond_ore"

    def test_damaged_snapshots_are_refused(self) -> None:
        data = flat().snapshot()
        for bad in (b"", b"x" * 40, data[:-3], data[:40], data[:30] + b"\xff\xff" + data[32:]):
            with pytest.raises(BadWorldSnapshot):
                BlockWorld().restore(bad)

    def test_a_snapshot_that_would_send_us_astray_is_refused(self) -> None:
        world = flat()
        for name, value in (("n_bodies", 10_000), ("vy", 1e6), ("x", float("nan")), ("biome", 99)):
            record = world.keep().record
            whole = new_world()
            whole.view(np.uint8)[: len(record)] = record
            whole[0][name] = value
            with pytest.raises(BadWorldSnapshot, match=f"damaged: {name} beyond"):
                BlockWorld().restore(pack(whole.view(np.uint8)[: len(record)], {}))


class TestReadings:
    def test_the_picture_is_not_black_and_says_what_it_is(self) -> None:
        world = flat()
        picture = world.frame(256, 160)
        assert picture.shape == (160, 256, 3) and picture[20:].std() > 20
        height, width = LABEL_PIXELS.shape
        assert (picture[1 : 1 + height, 1 : 1 + width, 0] == 255).tolist() == LABEL_PIXELS.tolist()
        assert "not Minecraft" in LABEL
        with pytest.raises(ValueError, match=r"expected 16\.\.2048"):
            world.frame(4, 4)

    def test_voxels_are_ten_values_a_cell_x_fastest(self) -> None:
        world = flat()
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/setblock {x + 1} {y} {z} crafting_table")
        cells = np.array(world.voxels((-1, -1, -1), (1, 1, 1)), object).reshape((3, 3, 3, 10), order="C")
        names = cells[..., 0].transpose(2, 1, 0)
        assert names[2, 1, 1] == "crafting table" and names[1, 0, 1] == "grass block"
        around = world.blocks_around((-1, -1, -1), (1, 1, 1))
        assert around[2, 1, 1] == FIRST_STATE["crafting_table"]

    def test_rays_are_sixteen_values_each(self) -> None:
        world = flat()
        x, y, z = wall(world, "stone")
        seen = world.rays([0.0], [0.0], 10.0)
        assert len(seen) == 16 and seen[0] == "stone" and seen[13:] == [x, y, z]
        assert seen[1] == pytest.approx(1.5)

    def test_light_fades_by_one_a_block(self) -> None:
        world = flat(time=18_000)
        x, y, z = (math.floor(value) for value in world.position)
        world.command(f"/tp {x + 0.5} {y} {z + 0.5}")
        assert world.light() == (4, 15, 0)
        world.command(f"/setblock {x + 3} {y} {z} torch")
        assert world.light() == (11, 15, 11)


class TestBadInput:
    def test_starts_and_controls_say_what_is_wrong(self) -> None:
        with pytest.raises(BadStart, match="no Nether"):
            Start(biome="nether")
        with pytest.raises(BadStart, match="did you mean 'desert'"):
            Start(biome="dessert")
        with pytest.raises(BadStart, match="no item 'swrod'"):
            Start(inventory=((0, "swrod", 1),))
        with pytest.raises(BadControls, match="craft: no item 'plank'"):
            Controls(craft="plank")

    def test_a_line_of_chat_that_is_not_understood_changes_nothing(self) -> None:
        world = flat()
        before = world.snapshot()
        for text in (
            "",
            "/",
            "/fly",
            "/tp",
            "/tp a b c",
            "/summon dragonfly",
            "/setblock 0 0 0 nothing",
            "/tp 1e99 0 0",
        ):
            assert not world.command(text)
        assert world.snapshot() == before

    def test_a_figure_can_be_changed_for_one_world(self) -> None:
        world = BlockWorld(3, Parameters({"player.gravity": 0.0}))
        world.reset(FLAT)
        world.command("/tp 0.5 90 0.5")
        world.tick_many(WAIT, 20)
        assert world.position[1] == 90
