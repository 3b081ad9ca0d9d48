"""What the demonstration prints: answers of the running services as tables, with positions."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

Row = Mapping[str, Any]

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
    table = Table(title=f"Who takes part, on {answer['effective_on']}", title_justify="left")
    for heading in ("code", "name", "regional group", "signed", "standing", "log"):
        table.add_column(heading)
    for row in answer["data"]:
        since = row["since"]
        day = since["effective_on"] or "day unknown"
        precision = since["date_precision"]
        table.add_row(
            row["participant"],
            english(row["name"]),
            row["regional_group"],
            day if precision in {"day", "unknown"} else f"{day} ({precision.replace('_', ' ')})",
            row["standing"],
            numbers(row["positions"]),
        )
    return table


def rates(answer: Row, title: str) -> Table:
    """Show the five metrics in total."""
    table = Table(title=title, title_justify="left")
    for heading in ("metric", "figure", "of", "log"):
        table.add_column(heading)
    for row in answer["data"]:
        if row["dimension"] != "total":
            continue
        is_rate = row["metric"].startswith("reporting_rate")
        figure = (
            "not defined" if row["value"] is None else f"{row['value']}{' %' if is_rate else ''}"
        )
        fraction = f"{row['numerator']} / {row['denominator']}" if is_rate else ""
        table.add_row(row["metric"], figure, fraction, f"as of #{answer['position']}")
    return table


def report(answer: Row) -> Group:
    """Show a national implementation report, one row per reporting unit, with its sources."""
    data = answer["data"]
    illustrative = data["origin"] == "illustrative_compilation"
    title = f"National implementation report: {english(data['name'])}, cycle {data['cycle_id']}"
    label = (
        "ILLUSTRATIVE COMPILATION from public sources, not a submission by the State; "
        "outside all rates."
        if illustrative
        else "Fictitious participant; its own submission, counted in the rates."
    )
    table = Table(show_lines=True, expand=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("postulate", ratio=2)
    table.add_column("status", no_wrap=True)
    table.add_column("what is reported, and its sources", ratio=6, overflow="fold")
    table.add_column("log", no_wrap=True)
    for row in data["statements"]:
        status = row["status"]
        if row["stated"] and status == "not_reported":
            status = "no self-assessment"
        table.add_row(
            row["unit"],
            row["short_title"] or "",
            Text(status.replace("_", " "), style=STATUS_STYLE.get(status, "dim")),
            _said(row),
            numbers(row["positions"]),
        )
    return Group(Panel(Text(label, style="bold"), title=title, title_align="left"), table)


def _said(row: Row) -> Text:
    if row["restricted"]:
        return Text("Restricted by the participant; sealed in the log.", style="magenta")
    text = Text()
    for number, measure in enumerate(row["measures"] or ()):
        text.append("\n" if number else "")
        text.append(f"• {english(measure['title'])}")
        for source in measure["sources"]:
            text.append(f"\n  {source['citation']}", style="dim")
    return text


def receipt(*, position: int, kind: str, key: str, size: int) -> Panel:
    """Show that a receipt held, and what it was checked against."""
    return Panel(
        f"Receipt of entry #{position} ({kind}) verified offline: its leaf is in the signed tree "
        f"of {size} entries.\nPinned key: {key}",
        title="Proof",
        title_align="left",
        border_style="green",
    )


def addresses(console: Console, *, registry: str, reporting: str, folder: str) -> None:
    """Say where both services answer."""
    console.print(
        Panel(
            f"Registry   {registry}/checkpoint · {registry}/v1/events?after=0\n"
            f"Reporting  {reporting}/v1/participants · {reporting}/v1/reports/KAZ/2026 · "
            f"{reporting}/v1/rates?cycle=2026\n"
            f"Folder     {folder}",
            title="Both services answer here",
            title_align="left",
        )
    )
