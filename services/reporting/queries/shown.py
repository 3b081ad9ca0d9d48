"""What participants said by the day on showing sections of their reports, put upon the parts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Connection, RowMapping, select

from services.reporting.projections.cycles import cycle
from services.reporting.projections.sections import section_publication
from services.reporting.queries.as_of import Moment, known
from services.reporting.queries.record import Part
from services.reporting.queries.rows import Row, decoded, positions
from services.reporting.queries.versions import day_received

Acts: TypeAlias = dict[tuple[str, int, str], list[RowMapping]]
"""By report, version and part, oldest first."""

_CODES = (
    "report_id",
    "report_version",
    "part",
    "position",
    "recorded_at",
    "act",
    "reason",
    "seal",
    "changed",
    "implementation_status",
    "measure_count",
)

STAYS_PUBLIC: Row = {
    "en": "Sections are no longer shown here at the participant's wish. What was public stays in "
    "the log and in the copies of whoever read it.",
    "fr": "Des sections ne sont plus affichées ici, à la demande du participant. Ce qui a été "
    "public reste dans le journal et dans les copies de ceux qui l'ont lu.",
    "es": "Hay secciones que ya no se muestran aquí por voluntad del participante. Lo que fue "
    "público permanece en el registro y en las copias de quienes lo leyeron.",
    "ru": "По желанию участника некоторые разделы здесь больше не показываются. Всё ранее "
    "открытое остаётся в журнале и в копиях читателей.",
    "zh": "部分内容应参与方的意愿不再在此显示。曾经公开的内容仍留在日志和读者的副本中。",
    "ar": "لم تعد بعض الأقسام تُعرض هنا بناءً على رغبة المشارك. وما كان علنيًا يبقى في السجل وفي نسخ "
    "من قرأه.",
}
"""Stands in `notices` of every answer in which something is no longer shown."""


def list_acts_of_showing(
    connection: Connection, moment: Moment, reports: Collection[str], *, with_words: bool
) -> Acts:
    """Give what was authorised and restricted by the day.

    Args:
        connection: a reading transaction.
        moment: where the answer stands.
        reports: ids of the reports.
        with_words: what was revealed as well; else its codes alone.
    """
    act = section_publication.c
    columns = [act[name] for name in (*_CODES, "content")[: None if with_words else -1]]
    rows = connection.execute(
        select(*columns, cycle.c.time_zone)
        .join(cycle, cycle.c.cycle_id == act.cycle_id)
        .where(
            known(section_publication, moment),
            known(cycle, moment),
            act.report_id.in_(list(reports)),
        )
        .order_by(act.report_id, act.version)
    )
    found: Acts = defaultdict(list)
    for row in rows.mappings():
        if day_received(row["recorded_at"], row["time_zone"]) <= moment.effective_on:
            found[row["report_id"], row["report_version"], row["part"]].append(row)
    return found


def as_shown(part: Part, acts: Sequence[RowMapping]) -> Part:
    """Give a part as it is shown after what its participant said on it, oldest first.

    What was sealed shows what its own seal opens with; what is restricted shows nothing.
    """
    if not acts:
        return part
    opening = next((row for row in acts if row["seal"] and row["seal"] == part.get("seal")), None)
    last, shown = acts[-1], dict(part)
    shown["publication"] = last
    shown["shown_by"] = positions(last["position"], opening["position"] if opening else None)
    if opening is not None:
        shown |= {name: value for name, value in opening.items() if name in _SAID and name in part}
        shown["restricted"] = False
    if last["act"] == "restricted":
        shown |= {name: None for name in _SAID if name in part and name != "changed"}
        shown |= {"restricted": True, "visibility": None}
    elif not shown["restricted"]:
        shown["visibility"] = "public"
    return shown


_SAID = ("changed", "implementation_status", "measure_count", "content")
"""What a part says, as far as it has columns for it."""


def publication_row(part: Part) -> Row:
    """Say whether a part is shown, and by which act, if one says so."""
    act: Any = part.get("publication")
    was_sealed = part.get("seal") is not None
    if act is not None and act["act"] == "restricted":
        state = "restricted"
    elif part["restricted"]:
        state = "sealed"
    else:
        state = "revealed" if was_sealed else "open"
    return {
        "state": state,
        "position": act["position"] if act else None,
        "recorded_at": act["recorded_at"] if act else None,
        "reason": decoded(act["reason"]) if act else None,
        "asserted_by": "participant" if act else None,
    }


def notices(parts: Collection[Part]) -> list[Row]:
    """Say what readers should know where something of these parts is no longer shown."""
    is_restricted = any(publication_row(part)["state"] == "restricted" for part in parts)
    return [STAYS_PUBLIC] if is_restricted else []
