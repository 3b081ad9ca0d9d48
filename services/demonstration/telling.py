"""What the demonstration prints of how things went: reports, statuses, findings, needs, pillars."""

from collections.abc import Iterator, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from services.demonstration.presentation import STATUS_STYLE, Row, english, numbers

BLOCKS: Mapping[str, str] = {
    "in_place": "█",
    "largely_in_place": "▓",
    "in_progress": "▒",
    "planned": "░",
    "not_started": "·",
    "restricted": "?",
}
"""Of each status, a sign that is told from the others without its colour."""
_WIDTH = 40
"""Signs of a whole bar."""


def lives(reports: Sequence[tuple[Row, Sequence[Row]]]) -> Table:
    """Show what became of the fictitious participants' reports, cycle by cycle.

    Args:
        reports: the answer on each report, and those on each of its versions.
    """
    table = Table(
        title="What became of the fictitious participants' reports",
        title_justify="left",
        caption="late: received after the due day and the days of grace. extended: this one was "
        "given more time. Accepted is technical: complete and in form; it endorses nothing.",
        caption_justify="left",
    )
    for heading in ("cycle", "code", "in time", "versions, and what was decided", "log"):
        table.add_column(heading, overflow="fold")
    for answer, each in reports:
        data, versions = answer["data"], [one["data"] for one in each]
        owed = data["obligation"]
        table.add_row(
            data["cycle_id"],
            data["participant"],
            _in_time(owed) if owed else "",
            "\n".join([*map(_life, versions), *_shown(data["statements"])]),
            numbers(_lived_at(data)),
        )
    return table


def _in_time(owed: Row) -> str:
    words = str(owed["timeliness"].replace("_", " "))
    return f"{words},\nextended to\n{owed['due_on']}" if owed["extension"] else words


def _shown(statements: Sequence[Row]) -> Iterator[str]:
    """Tell which sections were sealed when they were submitted and are shown now."""
    for row in statements:
        if row["publication"] and row["publication"]["state"] == "revealed":
            yield f"{row['unit']}: sealed when submitted, shown since"


def _lived_at(data: Row) -> list[int]:
    """Give the entries of a life: what was granted, filed, asked, answered, decided and shown."""
    owed = data["obligation"]
    found = {at for row in data["statements"] if (at := (row["publication"] or {}).get("position"))}
    if owed and owed["extension"]:
        found |= set(owed["extension"]["positions"])
    for version in data["versions"]:
        happened = [version, *version["clarifications"], *version["decisions"]]
        happened += [one["answer"] for one in version["clarifications"] if one["answer"]]
        happened += [version["withdrawal"]] if version["withdrawal"] else []
        found |= {at for one in happened for at in one["positions"]}
    return sorted(found)


def _life(version: Row) -> str:
    """Tell a version in a line: what it was filed as, and what came of it."""
    steps = [version["act"].replace("_", " ")]
    steps += [f"{one['code']} explained" for one in version["explanations"]]
    steps += [f"question {one['state']}" for one in version["clarifications"]]
    steps += [one["decision"].replace("_", " ") for one in version["decisions"]]
    if version["is_withdrawn"]:
        steps.append("withdrawn")
    return f"{version['report_version']}: {', '.join(steps)}"


def statuses(answers: Sequence[tuple[str, Row]], titles: Mapping[str, str]) -> Table:
    """Show by reporting unit how far the participants say they are, cycle by cycle.

    Args:
        answers: the aggregate of each cycle, by the cycle's id.
        titles: of the reporting units.
    """
    legend = "  ".join(f"{sign} {code.replace('_', ' ')}" for code, sign in BLOCKS.items())
    table = Table(
        title="How far the fictitious participants say they are, a sign for each that reported",
        title_justify="left",
        caption=f"{legend}\nThey say it themselves; /v1/aggregates/postulates has the figures.",
        caption_justify="left",
    )
    for heading in ("unit", "postulate", *(cycle for cycle, _ in answers)):
        table.add_column(heading, no_wrap=True)
    for unit, title in titles.items():
        bars = [_bar(answer["data"], unit) for _, answer in answers]
        table.add_row(unit, title[:60], *bars)
    return table


def _bar(rows: Sequence[Row], unit: str) -> Text:
    text = Text()
    found = {row["code"]: row["numerator"] for row in rows if _is_of(row, unit)}
    for code, sign in BLOCKS.items():
        text.append(sign * 2 * found.get(code, 0), style=STATUS_STYLE.get(code, "dim"))
    return text


def _is_of(row: Row, unit: str) -> bool:
    return bool(row["key"] == unit and row["origin"] == "submission")


def pillars(answer: Row, cycle_id: str) -> Table:
    """Show as bars which part of commitments and of measures each pillar has."""
    table = Table(
        title=f"What is promised, and reported for {cycle_id}, by pillar of the Strategy",
        title_justify="left",
        caption="An item weighs one over all its pillars. Compilations are not in it.",
        caption_justify="left",
    )
    for heading in ("pillar", "commitments", "measures", "log"):
        table.add_column(heading, no_wrap=True)
    rows = [row for row in answer["data"] if row["participant"] is None and row["value"]]
    found = {(row["pillar"], row["metric"]): row for row in rows if row["origin"] == "submission"}
    for pillar in ("I", "II", "III", "IV"):
        both = [found[pillar, f"share_of_{what}"] for what in ("commitments", "measures")]
        table.add_row(pillar, *map(_share, both), f"as of #{answer['position']}")
    return table


def _share(row: Row) -> Text:
    part = round(float(row["value"]) * _WIDTH / 100)
    return Text.assemble(("█" * part, "cyan"), f" {row['value']} %")


def findings(answer: Row) -> Table:
    """Show what auditors found of claims, never without what the participant answered."""
    table = Table(
        title=f"What an auditor found of claims, as of #{answer['position']}",
        title_justify="left",
        caption="Findings are on claims and not on States; the answer is the participant's own. "
        "What is sealed is shown to those who may read it.",
        caption_justify="left",
    )
    for heading in ("claim", "finding", "response", "recommendation", "state", "log"):
        table.add_column(heading, overflow="fold")
    for row in answer["data"]:
        table.add_row(
            f"{row['report_id']}\n{row['unit']} {row['measure_id'] or ''}",
            _found(row),
            _responded(row["response"]),
            "\n".join(_recommended(one) for one in row["recommendations"]),
            row["state"].replace("_", " "),
            numbers(row["positions"]),
        )
    return table


def _found(row: Row) -> str:
    if row["restricted"]:
        return f"sealed, for {row['visibility']}"
    return f"{row['assessment'].replace('_', ' ')}: {english(row['text'])}"


def _responded(response: Row) -> str:
    said = english(response["sentence"])
    return said if response["text"] is None else f"{said} “{english(response['text'])}”"


def _recommended(one: Row) -> str:
    status = one["status"] or "not followed up yet"
    answered = one["response"]["answer"] or "no response yet"
    return f"“{english(one['text'])}” {answered}, {status.replace('_', ' ')}"


def assistance(answer: Row) -> Table:
    """Show what help is needed and offered, and what was brought together."""
    table = Table(
        title=f"Help needed and offered on {answer['effective_on']}, as of #{answer['position']}",
        title_justify="left",
        caption="open: it stands, and nothing was found for it yet.",
        caption_justify="left",
    )
    for heading in ("id", "unit", "pillar", "type", "in", "what", "state", "log"):
        table.add_column(heading, overflow="fold")
    for row in answer["data"]:
        table.add_row(
            row["assistance_id"],
            row["unit"],
            row["pillar"],
            row["assistance_type"].replace("_", " "),
            " ".join(row["languages"]),
            "sealed" if row["restricted"] else english(row["text"]),
            " ".join([row["state"], *_with(row)]),
            numbers(row["positions"]),
        )
    return table


def _with(row: Row) -> Iterator[str]:
    for match in row["matches"]:
        yield match["offer_id"] if row["kind"] == "need" else match["need_id"]
    if row["outcome"]:
        yield row["outcome"].replace("_", " ")
