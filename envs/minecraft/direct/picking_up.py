"""Picking up what lies about."""

from __future__ import annotations

import math
from typing import Final

from envs.minecraft.direct.body import Body
from envs.minecraft.direct.walking import follow, read_way

PICK_TICKS: Final = 60
"""Ticks that it takes at most."""


def pick_up(body: Body) -> None:
    """Walk onto what lies about close by."""
    end, life = body.ticks + PICK_TICKS, body.life
    given_up: list[tuple[float, float, float]] = []
    while body.ticks < end and not body.is_dead and body.life >= life:
        near = [at for at in body.items_near(4.5) if all(math.dist(at, other) > 0.7 for other in given_up)]
        if not near:
            return
        x, y, z = near[0]
        if math.hypot(x - body.place[0], z - body.place[2]) < 0.9 and -1.2 < y - body.place[1] < 2.0:
            before = len(near)
            for _ in range(12):
                body.tick()
                if len(body.items_near(4.5)) < before:
                    break
            else:
                given_up.append(near[0])
            continue
        steps = body.head_to(x, y + 1.62, z, 0.8)
        body.tick()
        if not steps or not follow(body, read_way(body, min(steps, 5)), end - body.ticks):
            given_up.append(near[0])
