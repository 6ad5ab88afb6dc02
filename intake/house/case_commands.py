"""The commands about cases, children and schools: clocks, cases without a name, whom a line means, schools that become one."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import click

from intake.calendar import clock
from intake.cases.rulebook.duties import NOTHING
from intake.cases.writing import deadlines
from intake.children.matching.certain import certain_child
from intake.children.matching.described import Described, described_of
from intake.children.matching.scoring import candidates_of
from intake.house import rounds
from intake.house.shell import open_prepared, told
from intake.people import accounts, bindings
from intake.school.differences import comparing
from intake.school.differences.difference import SHEETS
from intake.school.register import merging
from intake.school.register.merge_plan import plan_merge
from intake.store.db import Database

DUE = ("today", "overdue", "soon")
NO_JSON, NO_OBJECT = "这一行不是 JSON，请一行写一个。", "这一行要写成一组名称和值。"
NOTHING_SAID = "这一行没有能用来找孩子的内容，请写姓名、证件号、学籍号或电话。"
_LONGEST = 100_000


@click.command(name="tick")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@told
def tick(as_json: bool) -> None:
    """Wind the clocks of cases once: what has come is done and told; again is harmless."""
    db = open_prepared()
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


@click.command(name="compare")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@told
def compare_lists(as_json: bool) -> None:
    """Compare households, 学籍, rolls and poor households' lists: count what is new, the same, gone, by sheet."""
    db = open_prepared()
    done = comparing.compare_all(db, accounts.COMMAND)
    if as_json:
        counts = {sheet: {"new": one.new, "same": one.same, "gone": one.gone} for sheet, one in done.items()}
        click.echo(json.dumps(counts, ensure_ascii=False))
        return
    for sheet, one in done.items():
        click.echo(f"{SHEETS[sheet]}：新的 {one.new} 条，还在的 {one.same} 条，已经消除的 {one.gone} 条。")


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


@click.command(name="match")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="replace"))
@told
def match(file: Iterable[str]) -> None:
    """Tell for each line of JSON in FILE which child it means, or may mean and why; nothing is written."""
    db = open_prepared()
    for line in file:
        if line.strip():
            click.echo(json.dumps(matched_line(db, line), ensure_ascii=False))


def matched_line(db: Database, line: str) -> dict[str, Any]:
    """Give the child that a line certainly means, and whom it may mean, the likest first; or what is wrong with it."""
    found: dict[str, Any] = {"child": None, "candidates": [], "certain": False}
    try:
        said = json.loads(line) if len(line) <= _LONGEST else None
    except ValueError:
        return {**found, "error": NO_JSON}
    if not isinstance(said, dict):
        return {**found, "error": NO_OBJECT}
    told = described_of(db, said)
    if told in (Described(), Described(town=told.town, village=told.village)):
        return {**found, "error": NOTHING_SAID}
    child = certain_child(db, told)
    found["candidates"] = [[one.child.id, one.score, one.words] for one in candidates_of(db, told)]
    return {**found, "child": child.id if child else None, "certain": child is not None}


@click.command(name="merge-schools")
@click.argument("gone", metavar="FROM")
@click.argument("kept", metavar="INTO")
@click.option("--apply", "apply_", is_flag=True, help="Do it; otherwise it is only told.")
@told
def merge_schools(gone: str, kept: str, apply_: bool) -> None:
    """Let a school become a part of another: tell what would go over, and with --apply do it."""
    db = open_prepared()
    old, new = (bindings.school_meant(db, one) for one in (gone, kept))
    plan = plan_merge(db, old.code, new.code)
    click.echo(f"{old.name} → {new.name}")
    for one in plan.classes:
        click.echo(
            f"{one.title}（{one.children} 人）→ {one.grade}{one.name}{'，原来的班名那边已经有了' if one.taken else ''}"
        )
    click.echo(
        f"孩子 {plan.children}，没办完的个案 {len(plan.cases)}，办完的个案 {plan.ended}，账号 {len(plan.people)}，"
        f"包保 {plan.slots}，报告 {plan.reports}。"
    )
    if plan.unfit:
        click.echo(f"请注意：{plan.unfit}")
    if not apply_:
        click.echo("什么都没有改。要办请加 --apply。")
        return
    merging.merge_schools(db, old.code, new.code, None, "command", plan.mark)
    click.echo(f"办好了。{merging.TERM.days} 天内可以在工作台“学校撤并”里撤销。")
