"""What a library held when a session was last saved, to tell what others have changed since."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from skills.files import file_sha256
from skills.store.store import SkillLibrary


class LibraryMarks(BaseModel):
    """A library in brief.

    Attributes:
        graph: SHA-256 of ``graph.json``; empty without one.
        skills: the newest version of every skill in use.
    """

    model_config = ConfigDict(extra="forbid")

    graph: str = ""
    skills: dict[str, int] = Field(default_factory=dict)

    @classmethod
    def of(cls, library: SkillLibrary) -> LibraryMarks:
        """What the library holds now."""
        graph = library.graph_path
        return cls(
            graph=file_sha256(graph) if graph.exists() else "",
            skills=library.newest(),
        )

    def changes_in(self, library: SkillLibrary) -> Iterator[str]:
        """What is different in the library now, in words."""
        now = LibraryMarks.of(library)
        if gone := sorted(self.skills.keys() - now.skills.keys()):
            yield f"it lacks {', '.join(gone)}, to be learned again"
        if new := sorted(now.skills.keys() - self.skills.keys()):
            yield f"it also has {', '.join(new)}"
        for name in sorted(self.skills.keys() & now.skills.keys()):
            if self.skills[name] != now.skills[name]:
                yield f"it has {name} v{now.skills[name]} instead of v{self.skills[name]}"
        if now.graph != self.graph:
            yield f"{library.graph_path.name} is another one"
