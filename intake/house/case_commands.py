"""The commands about cases: one round of their clocks, and the list of them without a name."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import click

from intake.calendar import clock
from intake.cases.rulebook.duties import NOTHING
from intake.cases.writing import deadlines
from intake.house import rounds
from intake.house.shell import open_prepared, told
from intake.store.db import UNHURRIED, Database

DUE = ("today", "overdue", "soon")


@click.command(name="tick")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@told
def tick(as_json: bool) -> None:
    """Wind the clocks of cases once: what has come is done and told; again is harmless."""
    db = open_prepared()
    db.patience = UNHURRIED
    done = rounds.go_round(db)
    if as_json:
        heard = [{"case": one.case, "step": one.step, "role": one.role} for one in done.told]
        told = {"at": done.at, "due": done.due, "told": heard, "alarms": done.alarms}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in done.told:
        click.echo(f"{one.case} {one.step} {one.role}")
    at = clock.local(done.at).strftime("%Y-%m-%d %H:%M")
    click.echo(f"{at}：到期 {done.due} 步，提醒 {len(done.told)} 次，警报 {len(done.alarms)} 件。")


@click.command(name="cases")
@click.option("--due", type=click.Choice(DUE), help="Only those open on which something is due then.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON each.")
@told
def list_cases(due: str | None, as_json: bool) -> None:
    """List cases by number, a line each: kind, state, stage, due, owner, town, school, receipts; no names."""
    for line in case_lines(open_prepared(), due or ""):
        if as_json:
            click.echo(json.dumps(line, ensure_ascii=False))
        else:
            click.echo("  ".join(str(one) for one in line.values() if isinstance(one, str)))


def case_lines(db: Database, due: str = "") -> Iterator[dict[str, Any]]:
    """Give the cases by number, those alone on which something is due today, overdue or soon, where that is asked."""
    days = deadlines(db)
    today, soon = days.today.isoformat(), days.soon
    spans = {"today": (today, f"{today}U"), "overdue": ("", today), "soon": (today, f"{soon}U")}
    first, last = spans.get(due, ("", ""))
    rows = db.each(
        "SELECT c.number, c.kind, c.state, c.due, s.login, c.town, c.school, c.opened_at, r.receipt FROM cases c"
        " LEFT JOIN staff s ON s.id = c.owner LEFT JOIN case_reports k ON k.case_id = c.id"
        " LEFT JOIN reports r ON r.id = k.report"
        " WHERE ? = '' OR (c.open = 1 AND c.due >= ? AND c.due < ?) ORDER BY c.number, r.receipt",
        (due, first, last),
    )
    for _, mine in groupby(rows, key=lambda row: row["number"]):
        row, *others = list(mine)
        yield {
            "number": row["number"], "kind": row["kind"], "state": row["state"], "stage": days.stage(row["due"]),
            "due": "" if row["due"] == NOTHING else row["due"], "owner": row["login"] or "", "town": row["town"],
            "school": row["school"] or "", "receipts": [one["receipt"] for one in (row, *others) if one["receipt"]],
            "opened": row["opened_at"],
        }  # fmt: skip
