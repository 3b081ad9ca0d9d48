"""What the demonstration prints of a regional report: an organisation beside its members."""

from rich.table import Table

from services.demonstration.presentation import Row, english, numbers


def regional(answer: Row) -> Table:
    """Show who is a member on the day, and what each filed; the organisation's own words apart."""
    data = answer["data"]
    table = Table(
        title=f"Regional implementation report: {english(data['name'])}, "
        f"cycle {data['cycle_id']}, members on {answer['effective_on']}",
        title_justify="left",
        caption=_own(data),
        caption_justify="left",
    )
    for heading in ("member", "membership", "signature", "filed", "plans in force", "log"):
        table.add_column(heading, overflow="fold")
    for row in data["members"]:
        code, filed = row["participant"], row["filed"]
        in_force = [one for one in data["plans_of_members"] if one["participant"] == code]
        resting_on = [*row["membership"]["positions"], *row["positions"]]
        table.add_row(
            f"{code} {english(row['name'])}",
            row["membership"]["standing"],
            row["standing"] or "none",
            filed["origin"].replace("_", " ") if filed else "not yet",
            str(len(in_force)),
            numbers(sorted({*resting_on, *(filed["positions"] if filed else ())})),
        )
    return table


def _own(data: Row) -> str:
    """Tell what stands of the organisation itself, whose words no figure of members takes in."""
    report = data["report"]
    if not report or not report["versions"]:
        own = "The organisation itself has not reported yet."
    else:
        units = [row["unit"] for row in report["statements"] if row["stated"]]
        label = report["origin_label"] or "its own submission"
        at = numbers(report["positions"])
        own = f"Its own report, kept apart ({label}): {', '.join(units)} {at}."
    plans = [f"{english(one['title'])} {numbers(one['positions'])}" for one in data["plans"]]
    return f"{own} Regional plan: {'; '.join(plans) or 'none'}."
