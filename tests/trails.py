"""Trails: a folder for the months of a trail, made from one template, as databases are."""

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from migrations.environment import upgrade
from services.registry.trail import Folder


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="trail-") as folder:
        file = Path(folder) / "template.db"
        upgrade("registry", f"sqlite:///{file}")
        return file.read_bytes()


def bring_up(url: str) -> None:
    Path(str(make_url(url).database)).write_bytes(_template())


def trail_in(folder: Path, origin: str) -> Folder:
    """A trail's folder beside everything else of a test; nothing is in it yet."""
    path = folder / "trail"
    path.mkdir(exist_ok=True)
    return Folder(path=path, origin=origin, bring_up=bring_up)
