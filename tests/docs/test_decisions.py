"""Documents: decisions are numbered, complete, at most one page, and listed."""

import re

from tests.architecture.source import ROOT

FOLDER = ROOT / "docs" / "adr"
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]
MOST_WORDS = 450
"""What fits on a printed page."""

PATH = re.compile(r"`((?:tests|services|migrations|contracts|scripts)/[\w/.]+)")
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(record.name[:4]) for record in RECORDS]
    assert numbers == list(range(1, len(RECORDS) + 1))
    titles = [record.read_text().splitlines()[0] for record in RECORDS]
    assert [title[:7] for title in titles] == [f"# {number:04}." for number in numbers]


def test_every_decision_has_all_sections_in_order() -> None:
    for record in [*RECORDS, FOLDER / "template.md"]:
        assert re.findall(r"^## (.+)$", record.read_text(), re.MULTILINE) == SECTIONS, record.name


def test_every_decision_fits_on_a_page() -> None:
    words = {record.name: len(record.read_text().split()) for record in RECORDS}
    assert {name: count for name, count in words.items() if count > MOST_WORDS} == {}


def test_the_index_lists_every_decision_by_its_title() -> None:
    index = (FOLDER / "README.md").read_text()
    for record in RECORDS:
        title = record.read_text().splitlines()[0].removeprefix("# ")
        assert f"- [{title}]({record.name})" in index


def test_what_a_decision_says_enforces_it_exists() -> None:
    named = [
        (record.name, path)
        for record in RECORDS
        for path in PATH.findall(record.read_text().split("## Enforced by")[1])
    ]
    assert [each for each in named if not (ROOT / each[1]).exists()] == []
