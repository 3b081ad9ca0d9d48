from typing import Any

import pytest

from contracts.authority.policy import Resource
from contracts.authority.sections import section_of

MARKER = {"sealed": "x" * 43}
REPORT: dict[str, Any] = {
    "participant": "ZZA",
    "cycle_id": "2026",
    "document": {
        "statements": {"P8.a": {**MARKER, "visibility": "auditors"}},
        "human_rights": {**MARKER, "visibility": "participants"},
    },
}


@pytest.mark.parametrize(
    ("body", "name", "section"),
    [
        (
            REPORT,
            "/document/statements/P8.a",
            Resource(participant="ZZA", cycle_id="2026", unit="P8.a", visibility="auditors"),
        ),
        (
            REPORT,
            "/document/human_rights",
            Resource(
                participant="ZZA", cycle_id="2026", unit="human_rights", visibility="participants"
            ),
        ),
        (
            {"participant": "ZZA", "cycle_id": "2026", "reasons": MARKER},
            "/reasons",
            Resource(participant="ZZA", cycle_id="2026"),
        ),
        (
            {"participant": "ZZA", "cycle_id": "2026", "unit": "P5", "finding": MARKER},
            "/finding",
            Resource(participant="ZZA", cycle_id="2026"),
        ),
        ({"participant": "ZZA", "person": MARKER}, "/person", Resource(participant="ZZA")),
        ({"mandate_id": "aud-1", "person": MARKER}, "/person", Resource()),
        (
            REPORT,
            "/document/statements/P1",
            Resource(participant="ZZA", cycle_id="2026", unit="P1"),
        ),
    ],
)
def test_a_section_says_whose_it_is_of_which_part_and_for_whom(
    body: dict[str, Any], name: str, section: Resource
) -> None:
    assert section_of(body, name) == section
