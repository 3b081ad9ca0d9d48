"""What the secretariat makes official: the instrument, the rules on reports, the method."""

from collections.abc import Iterator

from contracts.canonical import canonical, digest
from contracts.catalogue import load
from services.demonstration.compilation import Body

_CONTRACTS = "https://concord.example/contracts"
_INSTRUMENT = f"{_CONTRACTS}/instrument/code-of-conduct/1.0.0.json"
_RULES = f"{_CONTRACTS}/reports/national-report/rules/1.0.0.json"
_METHODS = ("1.0.0", "2.0.0")
"""Versions of the method of reporting rates."""
_FROM = "2024-01-01"


def publications() -> Iterator[tuple[str, str, Body]]:
    """Give each publication: what it is, its stream, the body."""
    edition = _of(_INSTRUMENT, {"type": "instrument-edition-published", "edition": "1.0.0"})
    yield "edition 1.0.0 of the instrument published", "instrument-code-of-conduct", edition
    rules = {"type": "ruleset-published", "ruleset_version": "1.0.0"}
    ruleset = {**rules, "rules": list(load(_RULES)["rules"])}
    yield "rules 1.0.0 published", "ruleset-1.0.0", _of(_RULES, ruleset)
    for version in _METHODS:
        document = f"{_CONTRACTS}/methodologies/reporting-rates/{version}.json"
        method = {
            "type": "methodology-published",
            "methodology": "reporting-rates",
            "version": version,
        }
        title = f"version {version} of the method of rates published"
        yield title, "methodology-reporting-rates", _of(document, method)


def _of(document: str, body: Body) -> Body:
    return {
        **body,
        "document": document,
        "digest": digest(canonical(load(document))),
        "effective_on": _FROM,
    }
