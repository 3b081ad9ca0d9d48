"""Questions on assistance that reports cite: what readable statements that stand name.

The same statements count as for the measures that carry out commitments (`links`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TypeAlias

from sqlalchemy import Connection, select

from services.reporting.projections.links import assistance_citation
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.links import Place, named_by, standing_parts
from services.reporting.queries.rows import Row

Citations: TypeAlias = Mapping[str, list[Row]]
"""By need or offer, in the order of report, version and unit."""


def list_citations(connection: Connection, moment: Moment, wanted: Collection[str]) -> Citations:
    """Give the statements that cite some needs or offers, of whatever participant and cycle.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        wanted: ids of needs and offers.
    """
    cited = assistance_citation.c
    statement = select(assistance_citation).where(
        known(assistance_citation, moment), cited.assistance_id.in_(wanted)
    )
    rows = list(connection.execute(statement).mappings()) if wanted else []
    # By code points, whatever the collation of the database.
    rows.sort(key=lambda row: (row["report_id"], row["report_version"], row["part"]))
    standing = standing_parts(connection, moment, rows) if rows else {}
    found: defaultdict[str, dict[Place, Row]] = defaultdict(dict)
    for row in rows:
        place: Place = (row["report_id"], row["report_version"], row["part"])
        stated = standing.get(place)
        if stated is not None and stated.is_open:
            link = named_by(row, stated, moment.effective_on)
            found[row["assistance_id"]].setdefault(place, link)
    return {assistance_id: list(named.values()) for assistance_id, named in found.items()}
