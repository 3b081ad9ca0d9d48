"""Evidence over HTTP to who is signed in: who may read bytes reads what is said of them."""

import pytest

from contracts.sealing import Disclosure
from tests import makers
from tests.disclosing import Discloser
from tests.reporting.answering import Told
from tests.reporting.web.reading import (
    AUDITOR,
    DELEGATE,
    FOCAL_POINT,
    SECRETARIAT,
    STANDINGS,
    get,
    standing,
)

FIRST, SECOND = makers.bytes_digest(), makers.bytes_digest(makers.SIGNED_FILE)
WHO_READS = {
    "the secretariat": (SECRETARIAT, True),
    "a focal point of the participant": (FOCAL_POINT, True),
    "a focal point of another": (("focal-point:ZZB", "fp-other"), False),
    "an auditor of the cycle": (AUDITOR, True),
    "an auditor of another cycle": (("auditor", "auditor-of-2025"), False),
    "a drafter of the unit": (DELEGATE, True),
    "a drafter of another unit": (("drafter:ZZA", "dl-of-P6"), False),
}
"""Of what ZZA put forward for P5 of 2026, for auditors."""


def opening(name: str) -> Disclosure:
    said = {"text": {"en": f"What the {name} says."}, "visibility": "auditors"}
    return Disclosure("/description", "c2FsdCBvZiBzaXh0ZWVuIQ", said)


def marker(name: str) -> dict[str, str]:
    return {"sealed": opening(name).digest(), "visibility": "auditors"}


@pytest.fixture
def registry(told: Told) -> Discloser:
    """A deposit and its revision, both for auditors, and a registry that opens both."""
    told.tell(
        makers.evidence_deposited(description=marker("deposit")),
        makers.evidence_revised(description=marker("revision")),
        makers.focal_point_designated("ZZA"),
        makers.focal_point_designated("ZZB", focal_point_id="fp-other"),
        makers.delegation_granted("ZZA"),
        makers.delegation_granted("ZZA", delegation_id="dl-of-P6", units=["P6"]),
        makers.mandate_granted(),
        makers.mandate_granted("auditor-of-2025", cycles=["2025"]),
    )
    registry = told.disclosing(opening("deposit"), opening("revision"))
    registry.standings.update(STANDINGS)
    registry.standings["auditor-of-2025"] = standing("ZZA", cycles=frozenset({"2025"}))
    registry.standings["dl-of-P6"] = standing("ZZA", units=frozenset({"P6"}))
    return registry


@pytest.mark.parametrize("name", WHO_READS)
def test_who_may_read_the_bytes_is_told_in_the_list_what_is_said_of_them(
    told: Told, registry: Discloser, name: str
) -> None:
    who, is_told = WHO_READS[name]
    with told.reading(registry) as client:
        for asked in ("", "?unit=P5", "?cycle=2026&participant=ZZA"):
            shown = get(client, f"/v1/evidence{asked}", *who).json()["data"]
            texts = {row["digest"]: row["text"] for row in shown}
            assert texts == {
                FIRST: {"en": "What the deposit says."} if is_told else None,
                SECOND: {"en": "What the revision says."} if is_told else None,
            }
            assert {row["restricted"] for row in shown} == {True}
    assert bool(registry.asked) is is_told


def test_what_is_said_of_withdrawn_evidence_is_for_its_participant_and_the_secretariat(
    told: Told, registry: Discloser
) -> None:
    """Of a day before the withdrawal, too: who may read is decided as of now."""
    before = told.registry.size
    told.tell(makers.evidence_withdrawn(digest=SECOND))
    with told.reading(registry) as client:
        for asked in ("", f"?as_of={before}"):
            for who in (AUDITOR, FOCAL_POINT, SECRETARIAT):
                shown = get(client, f"/v1/evidence{asked}", *who).json()["data"]
                assert [bool(row["text"]) for row in shown] == 2 * [who != AUDITOR]
