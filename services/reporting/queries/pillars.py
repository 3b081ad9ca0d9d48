"""Questions on pillar balance: what share of commitments and of measures each pillar has."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection

from contracts.catalogue import catalogue
from contracts.instrument import edition
from services.reporting.projections.reports import report_version
from services.reporting.queries.as_of import Moment
from services.reporting.queries.commitment_state import STANDING
from services.reporting.queries.commitments import list_promises
from services.reporting.queries.counting import SUBMISSION, Slot
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.participation import list_signatories
from services.reporting.queries.parts import list_parts, list_words
from services.reporting.queries.pillar_balance import (
    METHODOLOGY,
    METHODOLOGY_VERSION,
    SUBJECTS,
    Item,
    SealedPart,
    Share,
    shares,
)
from services.reporting.queries.plans import list_courses
from services.reporting.queries.record import Record, Stated, compile_record
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions
from services.reporting.queries.statements import edition_of
from services.reporting.queries.tracing import traced
from services.reporting.queries.versions import list_versions, with_renewed

NAMED = "named"
"""What the items that name a pillar are counted under."""
WITHOUT_MEASURES = frozenset({"observations"})
"""Parts of a document that hold no measures."""

Voice: TypeAlias = tuple[str, str]
"""Participant and origin: what a participant said, or what was compiled about it."""
Place: TypeAlias = tuple[str, int, str]
"""Report, version, and unit or section."""


@dataclass(slots=True)
class Said:
    """What is counted of one voice."""

    commitments: list[Item] = field(default_factory=list)
    measures: dict[str, Item] = field(default_factory=dict)
    """By measure id: each once, however often and wherever it is named."""
    sealed: dict[Place, SealedPart] = field(default_factory=dict)
    """By the version that says it: each once, however many renewals let it stand."""

    def items(self, subject: str) -> list[Item]:
        """Give the commitments, or the measures."""
        return self.commitments if subject == "commitments" else list(self.measures.values())

    def restricted(self, subject: str) -> list[SealedPart]:
        """Give the parts that are sealed; no commitment stands in one."""
        return [] if subject == "commitments" else list(self.sealed.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is shared out, before it is."""

    pillars: Sequence[str]
    found: Mapping[Voice, Said]
    standing: Mapping[str, str]
    """How everybody's signature stands on the day."""

    def pooled(self, subject: str, standing: str) -> list[Item]:
        """Give the items of everybody whose signature stands so, in their own voice."""
        return [item for said in self._own(standing) for item in said.items(subject)]

    def pooled_restricted(self, subject: str) -> list[SealedPart]:
        """Give the sealed parts of everybody whose signature is certainly in force."""
        return [part for said in self._own("certain") for part in said.restricted(subject)]

    def _own(self, standing: str) -> Iterator[Said]:
        for (code, origin), said in self.found.items():
            if origin == SUBMISSION and self.standing.get(code) == standing:
                yield said


def list_pillar_balance(
    connection: Connection,
    moment: Moment,
    page: Page,
    *,
    participant: str | None = None,
    cycle_id: str | None = None,
) -> Listed:
    """List the shares of the pillars: of everybody together, then by participant.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        participant: only the figures of this one; none where nobody knows it.
        cycle_id: only measures in reports for this cycle; commitments are of no cycle.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    gathered = gather(connection, moment, participant=participant, cycle_id=cycle_id)
    pillars, found, standing = gathered.pillars, gathered.found, gathered.standing
    rows: list[Row] = []
    if participant is None:
        rows += _together(moment, gathered, cycle_id)
    for code, origin in sorted(found):
        said = found[code, origin]
        for subject in SUBJECTS:
            about = {
                "participant": code,
                "standing": standing.get(code),
                "origin": origin,
                "possible_total": 0,
                "participants": 1,
                "restricted": len(said.restricted(subject)),
            }
            rows += _rows(moment, shares(said.items(subject), pillars), subject, cycle_id, about)
    keyed = [(f"{number:06}", row) for number, row in enumerate(rows)]
    compiled = {code for code, origin in found if origin != SUBMISSION}
    return cut(keyed, page, illustrative=len(compiled))


def gather(
    connection: Connection,
    moment: Moment,
    *,
    participant: str | None = None,
    cycle_id: str | None = None,
) -> Gathered:
    """Find the commitments and measures that are shared out, by voice.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        participant: only those of this one, who has a voice, with or without items, once it signed.
        cycle_id: only measures in reports for this cycle.

    Raises:
        NotFound: no cycle has this id, as known at the moment.
    """
    pillars = _pillars(connection, moment, cycle_id)
    found: defaultdict[Voice, Said] = defaultdict(Said)
    _add_commitments(connection, moment, found, participant)
    _add_measures(connection, moment, found, participant, cycle_id)
    signatories = list_signatories(connection, moment, participant=participant)
    if participant in signatories:
        found[participant, SUBMISSION]  # asked for, so shown, with or without items
    standing = {code: one.standing for code, one in signatories.items()}
    return Gathered(pillars=pillars, found=found, standing=standing)


def _together(moment: Moment, gathered: Gathered, cycle_id: str | None) -> Iterator[Row]:
    """Pool the items of all whose signature is certainly in force; the possible stand beside."""
    for subject in SUBJECTS:
        items = gathered.pooled(subject, "certain")
        about = {
            "participant": None,
            "standing": None,
            "origin": SUBMISSION,
            "possible_total": len(gathered.pooled(subject, "possible")),
            "participants": len({item.participant for item in items}),
            "restricted": len(gathered.pooled_restricted(subject)),
        }
        yield from _rows(moment, shares(items, gathered.pillars), subject, cycle_id, about)


def slot_of(
    subject: str, pillar: str, cycle_id: str | None, participant: str | None, origin: str
) -> Slot:
    """Name one share as what can be explained; commitments are of no cycle."""
    return Slot(
        metric=f"share_of_{subject}",
        dimension="pillar",
        key=pillar,
        cycle_id=cycle_id if subject == "measures" else None,
        participant=participant,
        origin=origin,
    )


def _rows(
    moment: Moment, found: Sequence[Share], subject: str, cycle_id: str | None, about: Row
) -> Iterator[Row]:
    for one in found:
        slot = slot_of(subject, one.pillar, cycle_id, about["participant"], about["origin"])
        yield {
            "metric": slot.metric,
            "pillar": one.pillar,
            **about,
            "cycle_id": slot.cycle_id,
            "value": one.share,
            "measured_in": "per_cent",
            "items": one.items,
            "weight_numerator": one.weight.numerator,
            "weight_denominator": one.weight.denominator,
            "total": one.total,
            "methodology": METHODOLOGY,
            "methodology_version": METHODOLOGY_VERSION,
            "positions": list(one.positions),
            "explained_at": traced(moment, "pillar-balance", slot, NAMED),
            "asserted_by": "system",
        }


def _pillars(connection: Connection, moment: Moment, cycle_id: str | None) -> list[str]:
    """Give the pillars of the cycle's edition; without a cycle, those of every edition."""
    if cycle_id is not None:
        return list(edition_of(get_cycle_row(connection, moment, cycle_id)).pillars)
    return pillars_of_every_edition()


def pillars_of_every_edition() -> list[str]:
    """Give the pillars of every edition of the instrument, each once, in order."""
    editions = (one for one in catalogue().documents.values() if one.kind == "instrument")
    named = (name for one in editions for name in edition(one.version, one.name).pillars)
    return list(dict.fromkeys(named))


def _add_commitments(
    connection: Connection, moment: Moment, found: dict[Voice, Said], participant: str | None
) -> None:
    """Count the commitments that stand on the day in plans that are not over."""
    courses = list_courses(connection, moment, participant=participant)
    for one in list_promises(connection, moment, participant=participant):
        if one.state in STANDING and not courses[one.row["plan_id"]].is_over(moment.effective_on):
            item = Item(
                participant=one.row["participant"],
                pillars=frozenset(decoded(one.row["pillars"])),
                positions=(one.row["position"],),
            )
            found[item.participant, one.row["origin"]].commitments.append(item)


def _add_measures(
    connection: Connection,
    moment: Moment,
    found: dict[Voice, Said],
    participant: str | None,
    cycle_id: str | None,
) -> None:
    """Count the measures of open statements that stand, as the report received last has them."""
    records = _records(connection, moment, participant, cycle_id)
    places = {place for one in records for place in _places(one)}
    words = list_words(connection, moment, places) if places else {}
    for record in records:
        said = found[record.latest.participant, record.latest.origin]
        named: dict[str, Item] = {}
        for name, stated in record.stated.items():
            if name in WITHOUT_MEASURES:
                continue
            if not stated.is_open:
                _add_sealed(said.sealed, name, stated)
                continue
            part = stated.part
            content = decoded(words[part["report_id"], part["report_version"]][name]["content"])
            told = Item(
                participant=stated.substance.participant,
                pillars=frozenset(),
                positions=stated.rests_on,
            )
            for measure in content.get("measures", ()):
                _add_measure(named, measure, told)
        said.measures |= named


def _add_measure(named: dict[str, Item], measure: Mapping[str, Any], told: Item) -> None:
    """Take a measure of a report; where several parts name it, with the pillars of all of them.

    Args:
        named: measures of the report so far, by id.
        measure: as the part has it.
        told: who says it in the part, and what the part rests on.
    """
    pillars, name = frozenset(measure.get("pillars", ())), measure["measure_id"]
    before = named.get(name)
    if before is None:
        named[name] = replace(told, pillars=pillars)
        return
    both = tuple(positions(*before.positions, *told.positions))
    named[name] = replace(told, pillars=before.pillars | pillars, positions=both)


def _add_sealed(sealed: dict[Place, SealedPart], name: str, stated: Stated) -> None:
    """Take a sealed part once, with what lets it stand in every report that it stands in."""
    place = (stated.part["report_id"], stated.part["report_version"], name)
    before = sealed.get(place)
    also = before.positions if before else ()
    sealed[place] = SealedPart(
        participant=stated.substance.participant,
        name=name,
        report_id=before.report_id if before else stated.act.report_id,
        report_version=before.report_version if before else stated.act.number,
        positions=tuple(positions(*also, *stated.rests_on)),
    )


def _records(
    connection: Connection, moment: Moment, participant: str | None, cycle_id: str | None
) -> list[Record]:
    """Compile the reports, the one whose last version came first before the others."""
    chosen: list[ColumnElement[bool]] = []
    if cycle_id is not None:
        chosen.append(report_version.c.cycle_id == cycle_id)
    if participant is not None:
        chosen.append(report_version.c.participant == participant)
    received = list_versions(connection, moment, *chosen)
    versions = with_renewed(connection, moment, received)
    parts = list_parts(connection, moment, versions, with_sections=True)
    records = [compile_record(report_id, versions, parts) for report_id in received]
    return sorted((one for one in records if one), key=lambda one: one.latest.position)


def _places(record: Record) -> Iterator[tuple[str, int]]:
    for stated in record.stated.values():
        if stated.is_open:
            yield stated.part["report_id"], stated.part["report_version"]
