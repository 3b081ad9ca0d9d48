"""Rule G-R24: periods of two cycles do not overlap, whichever of them begins first."""

import pytest

from contracts.rules.engine import examine
from contracts.rules.examples import example
from contracts.rules.ruleset import ruleset

PUBLISHED = ruleset("1.0.0")  # its base is a report on 2025


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [
        ("2024-01-01", "2024-12-31", False),
        ("2024-01-01", "2025-01-01", True),
        ("2025-03-01", "2025-06-30", True),
        ("2025-06-01", "2026-05-31", True),
        ("2025-12-31", "2026-12-30", True),
        ("2026-01-01", "2026-12-31", False),  # the earlier period is reported on late
        ("2020-01-01", "2030-12-31", True),
    ],
)
def test_a_period_that_shares_a_day_with_the_one_accepted_last_is_found(
    first: str, last: str, *, overlaps: bool
) -> None:
    cover = "/accepted/document/cover"
    days = {f"{cover}/period_from": first, f"{cover}/period_to": last}
    changes = [{"pointer": place, "value": day} for place, day in days.items()]
    one = example(PUBLISHED, {"facts": changes})
    examination = examine(one.document, "1.0.0", one.facts, clearance=one.clearance)
    found = [(finding.code, finding.pointer) for finding in examination.findings]
    assert found == ([("G-R24", "/cover/period_from")] if overlaps else [])
