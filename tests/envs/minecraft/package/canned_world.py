"""A world in the place of the package's: answers as it does, and breaks on request."""

from __future__ import annotations

import os
import sys
import time
from array import array

SLOT = {"name": "air", "quantity": 0, "variant": 0, "max_durability": -1, "cur_durability": -1,
        "inventory": "inventory"}  # fmt: skip
INFO = {
    "xpos": 0.5, "ypos": 64.0, "zpos": 0.5, "yaw": 0.0, "pitch": 0.0, "life": 20.0, "saturation": 5.0,
    "biome_rainfall": 0.4, "biome_temperature": 0.8, "sky_light_level": 1.0, "sun_brightness": 1.0,
    "food": 20, "xp": 0, "armor": 0, "air": 300, "biome_id": 1, "sea_level": 63, "light_level": 15,
    "is_sleeping": False, "is_raining": False, "can_see_sky": True, "nearby_crafting_table": False,
    "nearby_furnace": False, "inventory": [SLOT] * 41, "engine": "canned",
}  # fmt: skip
MASKS = {"action_type": [0, 1, 3], "equip": [], "place": [], "destroy": [], "craft_smelt": []}


class MineDojoWorld:
    def __init__(self, port=None, silence_s=0.0, busy_s=0.0):
        if port == 1:
            raise ImportError("cannot import name 'make' from 'minedojo'")
        self.ticks = 0
        self.settings = {}

    def ask(self, question):
        if question["do"] == "begin":
            self.ticks, self.settings = 0, question["settings"]
            return {**self.seen(), "prompt": question["task"]}
        trouble = self.settings.get("trouble")
        if trouble == "lost":
            return {"lost": "the engine broke in a step: it closed the connection"}
        if trouble == "hangs":
            time.sleep(600)
        if trouble == "dies":
            sys.stderr.write("java.lang.OutOfMemoryError\n")
            sys.stderr.flush()
            os._exit(9)
        self.ticks += 1
        return {**self.seen(), "reward": 0.5, "done": False, "success": True, "notes": ["a note"]}

    def seen(self):
        info = {**INFO, **self.settings.get("info", {})}
        return {"info": info, "counts": {"stat.jump": 3}, "masks": MASKS, "ticks": self.ticks}

    def spec(self):
        return {}

    def progress(self):
        return -1, 0

    def facts(self):
        return array("i")

    def frame(self, width, height):
        return bytes([7]) * (width * height * 3)

    def close(self):
        pass
