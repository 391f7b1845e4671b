"""The tables of the block world as Markdown, for its page: what `docs/block-world.md` has to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from envs import disk
from envs.disk import Written
from envs.minecraft.world.tables.biomes import BIOMES
from envs.minecraft.world.tables.blocks import STATES
from envs.minecraft.world.tables.gear import ARMOUR, FOOD, TOOLS
from envs.minecraft.world.tables.mobs import MOBS
from envs.minecraft.world.tables.ores import LODES
from envs.minecraft.world.tables.parameters import FIGURES

_KINDS: Final = ("", "pickaxe", "axe", "shovel")
_TIERS: Final = ("", "wood", "stone", "iron", "diamond")
_START: Final = "<!-- tables: written by envs.minecraft.world.tables.pages -->"
_END: Final = "<!-- end of the tables -->"


def tables() -> str:
    """All tables, in Markdown."""
    return "\n\n".join(
        f"### {title}\n\n{text}"
        for title, text in (
            ("Where the block world is kinder", _differences("eased")),
            ("Where it is simply different", _differences("other")),
            ("Figures", _figures()),
            ("Ores and lodes", _lodes()),
            ("Blocks", _blocks()),
            ("Tools", _tools()),
            ("Armour", _armour()),
            ("Food", _food()),
            ("Mobs", _mobs()),
            ("Biomes", _biomes()),
        )
    )


def with_tables(page: str) -> str:
    """A page with its tables written anew. Raises `ValueError` where it has no place for them."""
    before, start, rest = page.partition(_START)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise ValueError(f"the page has no place for the tables: it lacks {_START!r} or {_END!r}")
    return f"{before}{_START}\n\n{tables()}\n\n{_END}{after}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _differences(mark: str) -> str:
    rows = [(f.name, f.here, f.there, f.unit, f.why) for f in FIGURES if f.mark == mark]
    return _table(("figure", "here", "1.11.2", "unit", "why"), rows)


def _figures() -> str:
    rows = [(f.name, f.here, f.there, f.unit, f.source, f.mark) for f in FIGURES]
    return _table(("figure", "here", "1.11.2", "unit", "source", ""), rows)


def _lodes() -> str:
    rows = [
        (lode.block, lode.tries, lode.size, lode.low, lode.high - 1, lode.peaked, lode.source)
        for lode in LODES
    ]
    return _table(("block", "lodes a chunk", "size", "lowest", "highest", "peaked", "source"), rows)


def _blocks() -> str:
    rows = [
        (
            f"{b.name}:{b.meta}", b.hardness, b.material.name, _KINDS[b.tool],
            _TIERS[b.tier] if 0 < b.tier < len(_TIERS) else "", b.light or "",
        )
        for b in STATES
    ]  # fmt: skip
    return _table(("block", "hardness", "made of", "dug faster with", "drops only to", "light"), rows)


def _tools() -> str:
    rows = [(t.name, t.tier, t.speed, t.damage, t.rate) for t in TOOLS.values()]
    return _table(("tool", "tier", "digging speed", "half hearts a blow", "blows a second"), rows)


def _armour() -> str:
    return _table(("piece", "points"), ARMOUR.items())


def _food() -> str:
    return _table(("food", "half shanks", "saturation"), ((name, *worth) for name, worth in FOOD.items()))


def _mobs() -> str:
    rows = [
        (m.name, m.life, m.damage, m.speed, m.way, m.sees, m.xp, m.group, m.weight, " ".join(m.where), m.sun)
        for m in MOBS
    ]
    head = (
        "mob", "life", "blow", "speed", "what it does", "comes from", "xp", "group", "weight", "only in",
        "burns by day",
    )  # fmt: skip
    return _table(head, rows)


def _biomes() -> str:
    rows = [
        (b.name, b.id, b.kind, b.base, b.hilly, b.temperature, b.rain, b.trees, b.grass, b.flowers, b.top)
        for b in BIOMES
    ]
    head = (
        "biome", "id", "kind", "height", "hilly", "temperature", "rain", "trees a chunk", "grass", "flowers",
        "ground",
    )  # fmt: skip
    return _table(head, rows)


def rewrite(page: Path) -> None:
    """Write the tables of a page anew. Raises `ValueError` where it has no place for them."""
    text = with_tables(page.read_text(encoding="utf-8"))
    temporary = disk.temporary_name(page)
    disk.create(temporary, text.encode(), Written.OUTPUT, target=page)
    disk.rename(temporary, page, Written.OUTPUT)


if __name__ == "__main__":
    rewrite(Path(__file__).parents[4] / "docs" / "block-world.md")
