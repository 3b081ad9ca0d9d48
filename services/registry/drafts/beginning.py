"""Drafts: beginning one, empty or carried forward, sealed sections included."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from contracts.canonical import spell
from contracts.events import CycleOpened
from contracts.participants import kind
from contracts.sealing import Disclosure
from contracts.templates import template_of
from services.kit.errors import Forbidden, KeyReused
from services.registry.domain.report import NoSuchCycle
from services.registry.domain.streams import cycle_stream, report_id_of
from services.registry.drafts import store
from services.registry.drafts.base import (
    Filed,
    Versions,
    base_for,
    carried_over,
    document_filed,
    first_cover,
    latest,
    opened,
    versions_in,
)
from services.registry.drafts.desk import Desk, Who, admitted, events_in, found, still_admitted
from services.registry.drafts.draft import Base, Draft, Section
from services.registry.drafts.refusals import (
    NothingToCarryForward,
    TemplateNotKnown,
    TooManyDrafts,
)
from services.registry.intents.intent import check


def begin(desk: Desk, who: Who, key: str, wanted: Mapping[str, Any]) -> Draft:
    """Begin a draft, once for each key.

    Args:
        desk: where drafts lie.
        who: who begins it, and so whose it is.
        key: names the request, so that a repetition finds what the first one began.
        wanted: body by contract `requests/draft-beginning`.

    Raises:
        Forbidden: it names another participant, or the actor is a delegate.
        KeyReused: the key belongs to another request.
        Refused: no such cycle, nothing to carry forward, or too many drafts.
    """
    admitted(desk, who, "begin-draft")
    request_digest = hmac.digest(desk.secret, b"draft\n" + spell(wanted), sha256)
    begun = _begun(desk, who, key, request_digest)
    if begun is not None:
        return begun
    check(wanted, "requests/draft-beginning")
    if wanted["participant"] != who.party:
        raise Forbidden("expected a token of the participant concerned")
    new = _new(desk, who, wanted)
    with desk.cabinet.writing(who.party) as drawer:
        store.lock_participant(drawer, who.party)
        still_admitted(drawer, desk, who, "begin-draft")
        twin = store.find_begun(drawer, who.party, key)
        if twin is None:
            if store.count_open(drawer, who.party) >= desk.bounds.drafts_per_participant:
                raise TooManyDrafts(f"at most {desk.bounds.drafts_per_participant}")
            store.add(drawer, new, (key, request_digest))
            return new
    return _begun(desk, who, key, request_digest) or new


def _begun(desk: Desk, who: Who, key: str, request_digest: bytes) -> Draft | None:
    with desk.cabinet.reading(who.party) as drawer:
        begun = store.find_begun(drawer, who.party, key)
    if begun is None:
        return None
    if not hmac.compare_digest(begun.request_digest, request_digest):
        raise KeyReused("the first request under this key was another one")
    return found(desk, who, begun.draft_id)


def _new(desk: Desk, who: Who, wanted: Mapping[str, Any]) -> Draft:
    cycle = _cycle(desk, who, wanted["cycle_id"])
    report_id = report_id_of(who.party, cycle.cycle_id)
    versions = versions_of(desk, who.party)
    before = latest(versions, report_id)
    base, contents = None, {"cover": first_cover(who.party, cycle, wanted["form"])}
    if wanted["carry_forward"]:
        chosen = base_for(report_id, versions)
        if chosen is None:
            raise NothingToCarryForward
        base, contents = _carried(desk, chosen, versions)
        contents = carried_over(
            contents, cycle=cycle, form=wanted["form"], same_report=base.report_id == report_id
        )
    now = desk.now()
    return Draft(
        draft_id=desk.new_id(),
        participant=who.party,
        cycle_id=cycle.cycle_id,
        form=wanted["form"],
        instrument_edition=cycle.instrument_edition,
        template_version=cycle.template_version,
        follows_version=before.event.report_version if before else 0,
        base=base,
        state="draft",
        revision=1,
        created_by=who.actor,
        created_at=now,
        changed_by=who.actor,
        changed_at=now,
        sections={
            name: _section(content, who, now, is_carried=base is not None)
            for name, content in contents.items()
        },
    )


def _section(content: Any, who: Who, now: str, *, is_carried: bool) -> Section:
    spelled = spell(content)
    return Section(
        content=spelled,
        base=spelled if is_carried else None,
        revision=1,
        changed_by=who.actor,
        changed_at=now,
        drafted_by=(),
    )


def _cycle(desk: Desk, who: Who, cycle_id: str) -> CycleOpened:
    stream = desk.register.log.read_stream(cycle_stream(cycle_id))
    for _, event in events_in(stream):
        if isinstance(event, CycleOpened):
            desk.register.circumstances().units(event.instrument_edition)
            _check_template(kind(who.party), event.template_version)
            return event
    raise NoSuchCycle


def _check_template(kind_of_participant: str, version: str) -> None:
    try:
        template_of(kind_of_participant, version)
    except KeyError:
        raise TemplateNotKnown(f"version {version}") from None


def versions_of(desk: Desk, participant: str) -> Versions:
    """Read every version of every report of a participant."""
    log = desk.register.log
    streams = log.read_streams(log.streams_beginning(f"report-{participant}-"))
    return versions_in(pair for stream in streams.values() for pair in events_in(stream))


def _carried(desk: Desk, chosen: Filed, versions: Versions) -> tuple[Base, dict[str, Any]]:
    source = document_filed(chosen, versions)
    document = getattr(source.event, "document", None) if source else None
    if source is None or document is None:
        raise NothingToCarryForward
    held = desk.register.log.disclosures(
        source.position - 1, source.position, seen_by=chosen.event.participant
    )
    contents, closed = opened(document, (Disclosure.parse(one.encoded) for one in held))
    event = chosen.event
    last = latest(versions, event.report_id)
    later = last.event.report_version if last else event.report_version
    base = Base(
        report_id=event.report_id,
        report_version=event.report_version,
        digest=getattr(event, "digest", "") or getattr(event, "renews_digest", ""),
        position=source.position,
        is_accepted=chosen.is_accepted,
        superseded_by=later if later > event.report_version else None,
        not_carried=closed,
    )
    return base, contents
