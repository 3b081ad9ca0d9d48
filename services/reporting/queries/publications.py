"""Questions on publications: what was made official to govern reports and figures."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, RowMapping, select

from contracts.templates import TEMPLATES
from services.reporting.projections.publications import publication, rule_deactivation
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.rows import Listed, Page, Row, cut, decoded, positions
from services.reporting.queries.streams import stream_versions

RATES = "reporting-rates"
"""The methodology of which a cycle names a version."""

Published: TypeAlias = Mapping[tuple[str, str, str], RowMapping]
"""By kind, name and version."""


def list_publications(
    connection: Connection, moment: Moment, page: Page, *, kind: str | None = None
) -> Listed:
    """List what was published, by kind, name and version.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        page: which rows.
        kind: only `instrument`, `ruleset` or `methodology`.
    """
    found = published(connection, moment)
    deactivated = _deactivated(connection, moment)
    versions = stream_versions(connection, moment, {row["stream"] for row in found.values()})
    rows = [
        (" ".join(key), _row(row, deactivated.get(key[2], []), versions[row["stream"]], moment))
        for key, row in found.items()
        if kind in (None, key[0])
    ]
    return cut(rows, page)


def published(connection: Connection, moment: Moment) -> Published:
    """Give everything published, as known at the moment."""
    rows = connection.execute(select(publication).where(known(publication, moment)))
    return {(row["kind"], row["name"], row["edition"]): row for row in rows.mappings()}


def governing(cycle: Mapping[Any, Any], official: Published) -> list[Row]:
    """Give what governs a cycle, with the publication of each; of a template there is none.

    Each kind of participant that is asked has a template of its own.

    What no publication made official is among the contracts of the services all the same.
    """
    templates = (TEMPLATES[kind].partition("/")[2] for kind in decoded(cycle["participant_kinds"]))
    named = (
        ("instrument", "code-of-conduct", cycle["instrument_edition"]),
        *(("template", name, cycle["template_version"]) for name in templates),
        ("ruleset", "national-report", cycle["ruleset_version"]),
        ("methodology", RATES, cycle["methodology_version"]),
    )
    return [_governing(*key, official.get(key)) for key in named]


def _governing(kind: str, name: str, version: str, row: RowMapping | None) -> Row:
    return {
        "kind": kind,
        "name": name,
        "edition": version,
        "is_published": row is not None,
        "document": row["document"] if row else None,
        "digest": row["digest"] if row else None,
        "effective_on": row["effective_on"] if row else None,
        "positions": positions(row["position"] if row else None),
    }


def _deactivated(connection: Connection, moment: Moment) -> dict[str, list[Row]]:
    """Give the rules that are no longer evaluated, by ruleset version."""
    rows = connection.execute(
        select(rule_deactivation)
        .where(known(rule_deactivation, moment))
        .order_by(rule_deactivation.c.version)
    )
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows.mappings():
        found[row["ruleset_version"]].append(
            {
                "rule": row["rule"],
                "effective_on": row["effective_on"],
                "in_effect": row["effective_on"] <= moment.effective_on,
                "reason": decoded(row["reason"]),
                "recorded_at": row["recorded_at"],
                "positions": positions(row["position"]),
                "asserted_by": "secretariat",
            }
        )
    return dict(found)


def _row(row: RowMapping, deactivated: list[Row], version: int, moment: Moment) -> Row:
    rules = decoded(row["rules"])
    return {
        "kind": row["kind"],
        "name": row["name"],
        "edition": row["edition"],
        "document": row["document"],
        "digest": row["digest"],
        "effective_on": row["effective_on"],
        "in_effect": row["effective_on"] <= moment.effective_on,
        "rules": rules,
        "deactivated": deactivated if rules is not None else [],
        "recorded_at": row["recorded_at"],
        "positions": positions(row["position"]),
        "asserted_by": "secretariat",
        "stream": row["stream"],
        "version": version,
    }
