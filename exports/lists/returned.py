"""A workbook that came back filled in, as a file: read, and told about. The command `return` is a thin shell over it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from exports.lists import reading, sorts
from intake.errors import Refused
from intake.house import shell
from intake.house.shell import told
from intake.ledgers.returning.applying import ReturnedFile, apply_return
from intake.ledgers.returning.findings import FATES, NEW, ReturnedRow, ReturnPlan
from intake.ledgers.returning.planning import plan_return, refuse_unknown
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

NOBODY = "没有 {} 这个账号，或者已经停用。"
UNDECIDED = "有 {} 行新增的孩子可能已经有记录，没有收。请在工作台的“收表”里选是不是同一个孩子。"


def plan_file(db: Database, by: Person, data: bytes) -> ReturnPlan:
    """Tell what a file would change, or say why it cannot be read; nothing is written. Raises Refused."""
    return plan_return(db, by, reading.read(data))


def refuse_file(db: Database, data: bytes) -> None:
    """Raise Refused for a file that cannot be read, or in which no row can be known again."""
    refuse_unknown(db, reading.read(data))


def apply_file(
    db: Database, by: Person, file: ReturnedFile, chosen: dict[str, str]
) -> tuple[str, ReturnPlan]:
    """Do what a file says; give the id of the return (empty where nothing was to be done) and what is found. Raises Refused."""
    done = apply_return(db, by, reading.read(file.data), file, chosen)
    return done.id, done.plan


@click.command(name="return")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--apply", "doing", is_flag=True, help="Do it; without, only tell what would be done.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
@click.option(
    "--as", "login", default="", help="Login of the account that sends it. Default: the bureau's rights."
)
@told
def command(file: Path, doing: bool, as_json: bool, login: str) -> None:
    """Take in a ledger that was filled in: tell what would change, and with --apply do it."""
    db = shell.open_prepared()
    by = _sender(db, login)
    if file.stat().st_size > reading.BIGGEST:
        raise Refused(sorts.LARGE)
    sent = ReturnedFile(file.name, file.read_bytes())
    found = apply_file(db, by, sent, {})[1] if doing else plan_file(db, by, sent.data)
    for line in [json.dumps(as_told(found), ensure_ascii=False)] if as_json else _lines(found, doing):
        click.echo(line)


def as_told(plan: ReturnPlan) -> dict[str, Any]:
    """Give counts by fate, and each fault at its cell; no value that stands in a cell."""
    faults = [
        {"sheet": row.raw.head.sheet, "row": row.raw.number, "column": one.label, "sentence": one.sentence}
        for row in plan.rows
        for one in row.faults
    ]
    old = [
        {"sheet": row.raw.head.sheet, "row": row.raw.number, "column": one.label, "since": one.since}
        for row in plan.rows
        for one in row.stale
    ]
    ignored = [
        {"sheet": row.raw.head.sheet, "row": row.raw.number, "column": one.label}
        for row in plan.rows
        for one in row.ignored
    ]
    return {**plan.counts, "faults": faults, "stale_cells": old, "ignored": ignored, "told": list(plan.told)}


def _sender(db: Database, login: str) -> Person:
    if not login:
        return accounts.person_of_command(db)
    found = accounts.person_by_login(db, login)
    if found is None:
        raise Refused(NOBODY.format(login))
    return found


def _lines(plan: ReturnPlan, done: bool) -> Iterator[str]:
    yield from plan.told
    counts = "，".join(f"{words} {plan.counts[fate]} 行" for fate, words in FATES.items())
    yield f"{'' if done else '先看看，什么都没有改。'}{counts}。"
    for row in plan.rows:
        yield from _row(row)
    undecided = sum(row.fate == NEW and row.newcomer.doubtful for row in plan.rows)
    if done and undecided:
        yield UNDECIDED.format(undecided)


def _row(row: ReturnedRow) -> Iterator[str]:
    sheet = f"“{row.raw.head.sheet}”" if row.raw.head.sheet else ""
    for fault in row.faults:
        yield f"{sheet}{row.address(fault.column)} {fault.label}：{fault.sentence}"
    for old in row.stale:
        yield f"{sheet}{row.address(old.column)} {old.label}：发出以后改过（{old.since}），没有收。"
    for one in row.changes if not row.faults and not row.stale else ():
        yield f"{sheet}{row.address(one.column)} {one.label}：{one.effect}"
    for edit in row.ignored:
        yield f"{sheet}{row.address(edit.column)} {edit.label}：这一列不能填，改了不算数。"
