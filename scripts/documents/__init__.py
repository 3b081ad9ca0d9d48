"""Documents: pages of `docs/` that are made from the code, so that they cannot lag behind it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.documents.authority import authority_page
from scripts.documents.commands import commands_page
from scripts.documents.completeness import completeness_page
from scripts.documents.errors import errors_page
from scripts.documents.events import events_page
from scripts.documents.rules import newest_rules_page
from scripts.documents.settings import settings_page

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"

PAGES: Mapping[str, Callable[[], str]] = {
    "authority.md": authority_page,
    "commands.md": commands_page,
    "completeness.md": completeness_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "rules.md": newest_rules_page,
    "settings.md": settings_page,
}


def stale_pages(folder: Path = DOCS) -> list[str]:
    """Name the pages that differ from what the code says now."""
    return [name for name, page in PAGES.items() if _read(folder / name) != page()]


def write_pages(folder: Path = DOCS) -> list[str]:
    """Write the pages that differ; return their names."""
    changed = stale_pages(folder)
    for name in changed:
        (folder / name).write_text(PAGES[name](), encoding="utf-8")
    return changed


def _read(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None
