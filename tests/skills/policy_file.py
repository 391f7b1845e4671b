"""What a ``policy.zip`` says of itself; nothing but people and tests reads it."""

import json
import zipfile
from pathlib import Path
from typing import Any


def metadata_of(path: Path) -> Any:
    """Its metadata, as JSON values."""
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("data"))
