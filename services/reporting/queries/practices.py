"""Good practices that participants told of in the open statements of one cycle, by unit."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from services.reporting.queries.as_of import Moment
from services.reporting.queries.counting import COMPILATION, SUBMISSION, Fact, Slice, Slot, voice
from services.reporting.queries.cycles import get_cycle_row
from services.reporting.queries.overview import Overview, overview
from services.reporting.queries.parts import list_words
from services.reporting.queries.record import Parts, Stated
from services.reporting.queries.rows import decoded
from services.reporting.queries.statements import RESTRICTED, edition_of

TOLD, NOT_TOLD = "told", "not_told"


def by_unit(connection: Connection, moment: Moment, cycle_id: str | None) -> Iterator[Slice]:
    """Count statements with good practices, and the practices, by reporting unit."""
    seen = overview(connection, moment, get_cycle_row(connection, moment, cycle_id or ""))
    places = {
        (one.part["report_id"], one.part["report_version"])
        for record in seen.records.values()
        for one in record.stated.values()
        if one.is_open
    }
    words = list_words(connection, moment, places) if places else {}
    units = edition_of(seen.cycle).units
    for origin in (SUBMISSION, COMPILATION):
        facts = [one for one in _facts(seen, words, origin) if one.item in units]
        if not facts and origin != SUBMISSION:
            continue
        for key in (None, *units):
            yield from _slices(seen, origin, key, [one for one in facts if key in (None, one.item)])


def _slices(seen: Overview, origin: str, key: str | None, facts: Sequence[Fact]) -> Iterator[Slice]:
    of: dict[str, Any] = {
        "cycle_id": seen.cycle["cycle_id"],
        "dimension": "total" if key is None else "reporting_unit",
        "key": key,
        "origin": origin,
    }
    yield Slice(
        slot=Slot(metric="share_of_statements_with_good_practices", **of),
        codes=(TOLD, NOT_TOLD, RESTRICTED),
        facts=facts,
    )
    practices = [
        Fact(
            participant=one.participant,
            item=one.item,
            code=TOLD,
            is_certain=one.is_certain,
            report_id=one.report_id,
            report_version=one.report_version,
            positions=one.positions,
            asserted_by=one.asserted_by,
            count=len(one.texts),
            texts=one.texts,
        )
        for one in facts
        if one.code == TOLD
    ]
    yield Slice(
        slot=Slot(metric="good_practices", **of),
        codes=(TOLD,),
        facts=practices,
        measured_in="good_practices",
    )


def _facts(seen: Overview, words: Parts, origin: str) -> Iterator[Fact]:
    """Give every statement that stands; of submissions, those of participants expected."""
    for code, record in sorted(seen.records.items()):
        signatory = seen.expected.get(code)
        if record.is_submission is not (origin == SUBMISSION):
            continue
        if record.is_submission and signatory is None:
            continue
        for unit, stated in record.stated.items():
            texts = _practices(words, unit, stated)
            code_of = TOLD if texts else NOT_TOLD
            yield Fact(
                participant=code,
                item=unit,
                code=code_of if stated.is_open else RESTRICTED,
                is_certain=signatory is None or signatory.is_certain or not record.is_submission,
                is_restricted=not stated.is_open,
                report_id=stated.act.report_id,
                report_version=stated.act.number,
                positions=stated.rests_on,
                asserted_by=voice(record),
                texts=texts,
            )


def _practices(words: Parts, unit: str, stated: Stated) -> tuple[dict[str, str], ...]:
    if not stated.is_open:
        return ()
    said = words[stated.part["report_id"], stated.part["report_version"]][unit]
    return tuple((decoded(said["content"]) or {}).get("good_practices", ()))
