"""Questions on methods: how figures are counted, as data, and what the register says of each."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from contracts.canonical import digest
from contracts.catalogue import BASE, Document, catalogue, load, path_of
from services.reporting.queries.as_of import Moment
from services.reporting.queries.cycles import cycle_rows
from services.reporting.queries.publications import RATES, Published, published
from services.reporting.queries.rows import Listed, Page, Row, cut, positions


def list_methods(connection: Connection, moment: Moment, page: Page) -> Listed:
    """List every version of every method this release counts by, by name and version."""
    official = published(connection, moment)
    cycles: defaultdict[str, list[str]] = defaultdict(list)
    for row in cycle_rows(connection, moment):
        cycles[row["methodology_version"]].append(row["cycle_id"])
    kept = (one for one in catalogue().documents.values() if one.kind == "methodologies")
    return cut([(f"{one.name} {one.version}", _row(one, official, cycles)) for one in kept], page)


def _row(document: Document, official: Published, cycles: Mapping[str, list[str]]) -> Row:
    said: Mapping[str, Any] = load(document.id)
    act = official.get(("methodology", document.name, document.version))
    return {
        "method": document.name,
        "method_version": document.version,
        "title": said["title"],
        "what": said["what"],
        "clocks": said["clocks"],
        "metrics": said["metrics"],
        "rules": said["rules"],
        "timeliness": said["timeliness"],
        "parameters": said.get("parameters", {}),
        "licence_of_use": said.get("licence_of_use"),
        "document": document.id,
        "href": f"/contracts/{document.id.removeprefix(BASE)}",
        "digest": digest(path_of(document.id).read_bytes()),
        "is_published": act is not None,
        "effective_on": act["effective_on"] if act else None,
        "cycles": sorted(cycles[document.version]) if document.name == RATES else [],
        "positions": positions(act["position"] if act else None),
        "asserted_by": "system",
    }
