"""Names of streams and reports."""

import pytest

from services.registry.domain.streams import report_id_of, split_report_id, stream_of
from tests import makers


def test_every_event_stands_in_the_stream_of_its_aggregate() -> None:
    found = {
        stream_of(event)
        for event in (
            makers.signature_recorded(),
            makers.act_rectified(),
            makers.focal_point_designated(),
            makers.focal_point_designation_ended(),
            makers.plan_registered(),
            makers.cycle_opened(),
            makers.report_submitted(),
            makers.nothing_new_declared(),
            makers.report_accepted(),
        )
    }
    assert found == {
        "participation-ZZA",
        "focal-point-ZZA",
        "plan-ZZA-PLAN-1",
        "cycle-2026",
        "report-ZZA-2026",
    }


@pytest.mark.parametrize(
    ("participant", "cycle_id"), [("ZZA", "2026"), ("ORG-ZZO", "2026"), ("ZZA", "ORG-2026-B")]
)
def test_a_report_id_says_whose_it_is_and_for_which_cycle(participant: str, cycle_id: str) -> None:
    assert split_report_id(report_id_of(participant, cycle_id)) == (participant, cycle_id)


@pytest.mark.parametrize("text", ["", "ZZA", "ZZA-", "zza-2026", "ZZA-2026\n", "ZZA-2026/.."])
def test_what_is_no_report_id_is_not_split(text: str) -> None:
    assert split_report_id(text) is None
