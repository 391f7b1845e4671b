"""Writes the catalogue anew: ``python -m envs.minecraft.catalogue.build FOLDER``, that of the package."""

from __future__ import annotations

import sys
from pathlib import Path

from envs import disk
from envs.disk import Written
from envs.minecraft.catalogue.package import BadPackage, read_package
from envs.minecraft.catalogue.table import FILE


def build(folder: Path, target: Path = FILE) -> int:
    """Read the package in `folder` and write the catalogue to `target`; returns its bytes.

    Raises:
        BadPackage: there is no such package.
    """
    content = read_package(folder).to_json().encode()
    temporary = disk.temporary_name(target)
    disk.create(temporary, content, Written.OUTPUT, target=target)
    disk.rename(temporary, target, Written.OUTPUT)
    return len(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(
            "usage: python -m envs.minecraft.catalogue.build FOLDER (the folder 'minedojo' of the package)"
        )
    try:
        build(Path(sys.argv[1]))
    except BadPackage as error:
        sys.exit(str(error))
