"""What the demonstration prints: answers of the running services as tables, with positions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from contracts.codelists import code_list
from services.demonstration.drafting import Told
from services.demonstration.folder import ISSUER_KEY

Row = Mapping[str, Any]
_REFUSED = 400
"""Status of HTTP from which on an answer is a refusal."""

STATUS_STYLE = {
    "in_place": "green",
    "largely_in_place": "green",
    "in_progress": "yellow",
    "planned": "cyan",
    "restricted": "magenta",
}


def english(words: Mapping[str, str] | None) -> str:
    """Give the English text, or the first there is."""
    return (words.get("en") or next(iter(words.values()), "")) if words else ""


def numbers(positions: Sequence[int]) -> str:
    """Give log positions as they are cited: `#12 #34`."""
    return " ".join(f"#{position}" for position in positions)


def participants(answer: Row) -> Table:
    """Show who takes part, since when, and how sure that is."""
    table = Table(
        title=f"Who takes part on {answer['effective_on']}, as of #{answer['position']}",
        title_justify="left",
        caption="certain: in force whatever the day was; possible: only if it was an early one. "
        "ZZA to ZZC are fictitious.",
        caption_justify="left",
    )
    for heading in ("code", "name", "regional group", "signed", "standing", "log"):
        table.add_column(heading, overflow="fold")
    for row in answer["data"]:
        table.add_row(
            row["participant"],
            english(row["name"]),
            _group(row["regional_group"]),
            _signed(row["since"]),
            row["standing"],
            numbers(row["positions"]),
        )
    return table


def _group(code: str) -> str:
    found = code_list("un-regional-group").get(code)
    return english(found.label).removesuffix(" Group") if found else "none"


def _signed(since: Row) -> str:
    """Say the day as the source gives it: never more precisely than that."""
    match since["date_precision"]:
        case "day":
            return str(since["effective_on"])
        case "unknown":
            return f"day unknown, by {since['latest_on']}"
        case "not_later_than":
            return f"by {since['effective_on']}"
        case precision:
            return f"{since['effective_on']} ({precision})"


def rates(asked: Sequence[tuple[str, Row]]) -> Table:
    """Show the five metrics in total, a line for each time that they were asked for."""
    table = Table(
        title="Reporting rates",
        title_justify="left",
        caption="Invented cycles: no source shows that a report is due under the Code. "
        f"Illustrative compilations beside the last, not counted: {asked[-1][1]['illustrative']}.",
        caption_justify="left",
    )
    headings = ("expected", "actual", "on time", "reporting rate", "reporting rate on time")
    for heading in ("cycle", *headings, "log"):
        table.add_column(heading)
    for title, answer in asked:
        figures = [_figure(row) for row in answer["data"] if row["dimension"] == "total"]
        table.add_row(title, *figures, f"as of #{answer['position']}")
    return table


def _figure(row: Row) -> str:
    if not row["metric"].startswith("reporting_rate"):
        return str(row["value"])
    return "none" if row["value"] is None else f"{row['value']} %"


def draft(told: Sequence[Told], started_on: date) -> Table:
    """Show how one report came through a draft, line by line."""
    table = Table(
        title=f"How Arcadia's report for 2026 came through a draft, on {started_on}",
        title_justify="left",
        caption="A draft is private: none of this is in the log but what was submitted, and who "
        "drafted and cleared it.",
        caption_justify="left",
    )
    table.add_column("who", ratio=2, min_width=15, overflow="fold")
    table.add_column("does what", ratio=4, overflow="fold")
    table.add_column("the registry answers", ratio=4, overflow="fold")
    for line in told:
        status = int(line.answered[:3])
        table.add_row(
            line.who, line.does, Text(line.answered, style="yellow" if status >= _REFUSED else "")
        )
    return table


def difference(before: Row, now: Row) -> Panel:
    """Show one report before and after an act, in a line each."""
    lines = [
        f"as of #{answer['position']}: {_in_a_line(answer['data']['statements'])}"
        for answer in (before, now)
    ]
    name = english(now["data"]["name"])
    return Panel("\n".join(lines), title=f"{name}: the same report", title_align="left")


def _in_a_line(statements: Sequence[Row]) -> str:
    counts = Counter(row["status"].replace("_", " ") for row in statements)
    return ", ".join(f"{count} {status}" for status, count in counts.most_common())


def report(answer: Row) -> Group:
    """Show a national implementation report, a line for each measure; the answer has it whole."""
    data = answer["data"]
    illustrative = data["origin"] == "illustrative_compilation"
    title = f"National implementation report: {english(data['name'])}, cycle {data['cycle_id']}"
    label = (
        "ILLUSTRATIVE COMPILATION from public sources, not a submission by the State; "
        "outside all rates."
        if illustrative
        else "Fictitious participant; its own submission, counted in the rates."
    )
    whole = f"/v1/reports/{data['participant']}/{data['cycle_id']}"
    caption = f"Long lines are cut here; {whole} has them whole."
    table = Table(expand=True, caption=caption, caption_justify="left")
    table.add_column("unit", no_wrap=True)
    table.add_column("postulate", ratio=3, no_wrap=True)
    table.add_column("status", min_width=11, no_wrap=True)
    table.add_column("what is reported", ratio=6, no_wrap=True)
    table.add_column("source", ratio=4, no_wrap=True)
    table.add_column("log", no_wrap=True)
    for row in data["statements"]:
        status = row["status"]
        if row["stated"] and status == "not_reported":
            status = "no self-assessment"
        said, sources = _said(row)
        table.add_row(
            row["unit"],
            row["short_title"] or "",
            Text(status.replace("_", " "), style=STATUS_STYLE.get(status, "dim")),
            said,
            sources,
            numbers(row["positions"]),
        )
    return Group(Panel(Text(label, style="bold"), title=title, title_align="left"), table)


def commitments(answer: Row) -> Table:
    """Show what is promised in plans, and how it stands on the day."""
    table = Table(
        title=f"Commitments on {answer['effective_on']}, as of #{answer['position']}",
        title_justify="left",
        caption="Done is what the participant says is in place; late says that a day has passed.",
        caption_justify="left",
    )
    for heading in ("code", "commitment", "pillars", "target", "state", "measures", "log"):
        table.add_column(heading, overflow="fold")
    for row in answer["data"]:
        table.add_row(
            row["participant"],
            english(row["title"]),
            " ".join(row["pillars"]),
            row["target_on"],
            row["state"].replace("_", " "),
            " ".join(measure["measure_id"] for measure in row["measures"]),
            numbers(row["positions"]),
        )
    return table


def _said(row: Row) -> tuple[Text, Text]:
    """Give what is reported on a unit and where it is known from, a line for each measure."""
    if row["restricted"]:
        return Text("Restricted by the participant; sealed in the log.", style="magenta"), Text()
    measures = row["measures"] or ()
    cited = ["; ".join(one["citation"] for one in measure["sources"]) for measure in measures]
    titles = [english(measure["title"]) for measure in measures]
    return Text("\n".join(titles)), Text("\n".join(cited), style="dim")


def receipt(*, position: int, kind: str, key: str, size: int) -> Panel:
    """Show that a receipt held, and what it was checked against."""
    return Panel(
        f"Receipt of entry #{position} ({kind}) verified offline: its leaf is in the signed tree "
        f"of {size} entries.\nPinned key: {key}",
        title="Proof",
        title_align="left",
        border_style="green",
    )


def addresses(
    console: Console, *, program: str, registry: str, reporting: str, folder: str, once: bool
) -> None:
    """Say where both services answer, or did until now; `program` is how it was called."""
    console.print(
        Panel(
            f"Registry   {registry}/checkpoint · {registry}/v1/events?after=0\n"
            f"Reporting  {reporting}/v1/participants · {reporting}/v1/reports/KAZ/2026 · "
            f"{reporting}/v1/rates?cycle=2026\n"
            f"Token      {program} token --as secretariat --key {folder}/{ISSUER_KEY}\n"
            f"           likewise --as auditor; focal-point:ZZA or drafter:ZZA, of ZZB and ZZC\n"
            f"Folder     {folder}",
            title="Both services answered here; without ONCE=1 they go on"
            if once
            else "Both services answer here",
            title_align="left",
        )
    )
