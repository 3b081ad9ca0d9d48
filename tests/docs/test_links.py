"""Documents: links between them lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.architecture.source import ROOT, texts

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
OUTSIDE = {
    "https://keepachangelog.com/en/1.1.0/": "the form of the changelog",
    "https://semver.org/spec/v2.0.0.html": "what versions mean",
}
"""Addresses outside that documents may link to, and why."""


def _pages() -> list[tuple[str, str]]:
    return [(path, FENCE.sub("", text)) for path, text in texts() if path.endswith(".md")]


def _links() -> Iterator[tuple[str, str]]:
    for path, text in _pages():
        for target in LINK.findall(text):
            yield path, target


def _anchors(text: str) -> set[str]:
    """Anchors as readers of Markdown make them: lower case, spaces to hyphens, the rest dropped."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in plain}


def test_every_link_inside_leads_somewhere() -> None:
    pages = dict(_pages())
    broken = []
    for path, target in _links():
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        place, _, anchor = target.partition("#")
        page = PurePosixPath(path).parent / place if place else PurePosixPath(path)
        file = (ROOT / page).resolve()
        name = file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else ""
        missing_anchor = anchor and name in pages and anchor not in _anchors(pages[name])
        if not name or not file.exists() or missing_anchor:
            broken.append(f"{path}: {target}")
    assert broken == []


def test_links_outside_are_few_and_known() -> None:
    found = {target for _, target in _links() if target.startswith("http")}
    ours = {target for target in found if target.startswith("https://concord.example/")}
    assert found - ours <= set(OUTSIDE)


def test_every_page_of_docs_can_be_reached_from_the_readme() -> None:
    reached, todo = set(), ["README.md"]
    pages = dict(_pages())
    while todo:
        path = todo.pop()
        if path in reached or path not in pages:
            continue
        reached.add(path)
        for target in LINK.findall(pages[path]):
            file = (ROOT / PurePosixPath(path).parent / target.partition("#")[0]).resolve()
            if file.is_relative_to(ROOT):
                todo.append(file.relative_to(ROOT).as_posix())
    unreached = {path for path in pages if path.startswith("docs/")} - reached
    assert unreached - {"docs/adr/template.md"} == set()
