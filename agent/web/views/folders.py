"""The libraries and run folders that pages may show; nothing else is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where what is shown lies.

    Attributes:
        runs: folder of run folders.
        library: folder of skill libraries; None for the one that commands take by default.
        game: the game whose library is shown first, by its registry name.
    """

    runs: Path
    library: Path | None = None
    game: str = "crafter"
