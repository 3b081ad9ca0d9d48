"""Drafts: what keeps one from being put forward."""

import pytest

from services.kit.errors import Finding
from services.registry.drafts.examination import open_points, within

SAID = [{"code": "R-101", "pointer": "/statements/P1", "text": {"en": "It is so."}}]


def finding(severity: str, outcome: str = "failed", pointer: str = "/statements/P1") -> Finding:
    return Finding(
        code="R-101", pointer=pointer, message="expected", severity=severity, outcome=outcome
    )


@pytest.mark.parametrize(
    ("severity", "outcome", "keeps_back"),
    [
        ("blocker", "failed", True),
        ("error", "failed", True),
        ("warning", "failed", False),
        ("info", "failed", False),
        ("blocker", "not_evaluated", False),
        ("error", "passed", False),
    ],
)
def test_blockers_and_errors_without_a_word_keep_a_draft_back(
    severity: str, outcome: str, *, keeps_back: bool
) -> None:
    assert bool(open_points([finding(severity, outcome)], [])) is keeps_back


def test_an_error_that_is_explained_keeps_nothing_back_and_a_blocker_always_does() -> None:
    assert open_points([finding("error")], SAID) == ()
    assert open_points([finding("error", pointer="/statements/P2")], SAID) != ()
    assert open_points([finding("blocker")], SAID) != ()


def test_findings_of_a_section_are_its_own_and_point_into_it() -> None:
    everywhere = tuple(
        finding("error", pointer=place)
        for place in ("/statements/P1", "/statements/P1/narrative", "/statements/P10", "/cover", "")
    )
    assert [one.pointer for one in within(everywhere, "P1")] == ["", "/narrative"]
    assert [one.pointer for one in within(everywhere, "cover")] == [""]
