"""Contracts room: rules on the rows of treaties (part C), by the catalogue of instruments."""

from contracts.rules.checks import Found, Place, on_document
from contracts.rules.reading import Report
from contracts.treaties import treaties


@on_document("C-R01", "/treaties/*/instrument", each="treaty")
def instrument_known(report: Report) -> Found:
    """The instrument is one of the catalogue."""
    known = treaties()
    for at, row in report.treaties:
        if "instrument" in row and row["instrument"] not in known:
            yield Place(f"{at}/instrument")


@on_document("C-R02", "/treaties/*/instrument", each="treaty")
def instrument_once(report: Report) -> Found:
    """An instrument has one row."""
    seen = set()
    for at, row in report.treaties:
        instrument = row.get("instrument")
        if instrument in seen:
            yield Place(f"{at}/instrument")
        if instrument is not None:
            seen.add(instrument)


@on_document("C-R03", "/treaties/*/instrument", "/treaties/*/consent_on", each="treaty")
def consent_after_adoption(report: Report) -> Found:
    """Nobody is bound by an instrument before it was adopted."""
    yield from _before_adoption(report, "consent_on")


@on_document("C-R04", "/treaties/*/instrument", "/treaties/*/signed_on", each="treaty")
def signature_after_adoption(report: Report) -> Found:
    """Nobody signs an instrument before it was adopted."""
    yield from _before_adoption(report, "signed_on")


def _before_adoption(report: Report, member: str) -> Found:
    known = treaties()
    for at, row in report.treaties:
        treaty = known.get(row.get("instrument", ""))
        if treaty is None or member not in row or not treaty.adopted_on_checked:
            continue
        if row[member] < treaty.adopted_on:
            yield Place(f"{at}/{member}", {"adopted_on": treaty.adopted_on})


@on_document("C-R05", "/treaties/*/signed_on", "/treaties/*/consent_on", each="treaty")
def consent_after_signature(report: Report) -> Found:
    """The act of consent does not come before the signature."""
    for at, row in report.treaties:
        if row.get("consent_on", "9999") < row.get("signed_on", ""):
            yield Place(f"{at}/consent_on")


@on_document("C-R06", "/treaties/*/instrument", "/treaties/*/consent")
def bound_by_what_it_supplements(report: Report) -> Found:
    """Who is bound by a protocol or an amendment is bound by what it supplements."""
    known = treaties()
    bound = {
        row.get("instrument") for _, row in report.treaties if row.get("consent", "none") != "none"
    }
    for at, row in report.treaties:
        treaty = known.get(row.get("instrument", ""))
        if treaty is None or treaty.id not in bound or treaty.supplements is None:
            continue
        if treaty.supplements not in bound:
            yield Place(f"{at}/consent", {"instrument": treaty.supplements})


CHECKS = (
    instrument_known,
    instrument_once,
    consent_after_adoption,
    signature_after_adoption,
    consent_after_signature,
    bound_by_what_it_supplements,
)
