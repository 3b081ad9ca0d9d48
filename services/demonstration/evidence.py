"""Files that fictitious participants put forward: one is revised, one destroyed, one sealed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import httpx

from services.demonstration.fictitious import SOURCE, Body, focal_point_id
from services.demonstration.files import FIRST, NAMING, RESTRICTED, REVISED, digest_of
from services.demonstration.sending import PLAIN, Recorded, Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """The step in which a participant says something of bytes, which it hands in if need be."""

    title: str
    participant: str
    number: int
    """Version of the stream after it."""
    text: str
    body: Body

    @property
    def stream(self) -> str:
        """The participant's."""
        return f"evidence-{self.participant}"

    def send(self, registry: Registry) -> Recorded:
        """Say it; only bytes that the registry does not have are handed in.

        A second start must not bring back what was destroyed since.
        """
        answer = self._say(registry)
        if answer.is_error and answer.json().get("code") == "not-handed-in":
            path = f"/v1/participants/{self.participant}/evidence-files"
            registry.expect(
                self.title, registry.hand_in(path, self.text, by=focal_point_id(self.participant))
            )
            answer = self._say(registry)
        return registry.take_down(self.title, answer)

    def _say(self, registry: Registry) -> httpx.Response:
        condition = {"if_match": f'"{self.number - 1}"'} if self.number > 1 else {}
        return registry.send(
            "POST",
            f"/v1/participants/{self.participant}/evidence",
            self.body,
            by=focal_point_id(self.participant),
            idempotency_key=f"demonstration-{self.stream}-{self.number}",
            **(condition or {"if_none_match": "*"}),
        )


def deposits(today: date) -> Iterator[Handing]:
    """Give what is put forward before the reports that cite it."""
    first = _said("crossings", FIRST, "Register of crossings.", today)
    about = {"type": "evidence-deposited", "cycle_id": "2025"}
    yield _step("ZZA", 1, "deposits evidence", FIRST, {**first, **about, "unit": "P6"})
    naming = _said("extraditions", NAMING, "Statement in a case of extradition.", today)
    yield _step("ZZA", 2, "deposits evidence", NAMING, {**naming, **about, "unit": "P5"})
    closed = _said("minutes", RESTRICTED, "Minutes, for auditors.", today, visibility="auditors")
    yield _step("ZZB", 1, "deposits evidence", RESTRICTED, {**closed, **about, "unit": "P3"})


def later(today: date) -> Iterator[Handing]:
    """Give what becomes of it: other bytes take the place of some, others are destroyed."""
    revised = _said("crossings", REVISED, "Register of crossings, signed.", today)
    replaces = {"type": "evidence-revised", "replaces": digest_of(FIRST)}
    yield _step("ZZA", 3, "revises evidence", REVISED, {**revised, **replaces})
    redaction = {
        "type": "evidence-redacted",
        "evidence_id": "extraditions",
        "digest": digest_of(NAMING),
        "reason": {"en": "It names a witness."},
        "reference": f"{SOURCE} ZZA/9",
    }
    yield _step("ZZA", 4, "has evidence destroyed", NAMING, redaction)


def _said(
    evidence_id: str, text: str, description: str, today: date, *, visibility: str = "public"
) -> Body:
    return {
        "evidence_id": evidence_id,
        "digest": digest_of(text),
        "media_type": PLAIN,
        "size_bytes": len(text.encode()),
        "collected_on": (today - timedelta(days=40)).isoformat(),
        "description": {"text": {"en": description}, "visibility": visibility},
    }


def _step(code: str, number: int, does: str, text: str, body: Body) -> Handing:
    return Handing(title=f"{code} {does}", participant=code, number=number, text=text, body=body)
