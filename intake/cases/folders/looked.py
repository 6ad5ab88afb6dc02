"""Who looked at whom: the looks of staff, out of the audit, for those who watch over them and see no child."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from intake.calendar import clock
from intake.people.accounts import Person, person_of_row
from intake.store.db import Cell, Database

PAGE = 50
"""Looks of a page."""
LOOKS: Mapping[str, str] = {
    "case.read": "打开个案", "case.looked": "看遮着的内容", "case.searched": "查找个案", "case.sought": "查范围以外的孩子",
    "child.read": "打开孩子的档案", "child.looked": "看档案里遮着的内容", "child.searched": "查找孩子",
    "child.printed": "打印一人一档卡",
    "report.read": "打开报告", "report.looked": "看报告里遮着的内容",
    "phone.read": "看电话", "talk.read": "看家长留言", "media.read": "看照片或录音",
    "message.read": "看没送到的消息", "export.made": "下载表格",
    "full.asked": "申请完整版", "full.allowed": "批完整版", "full.refused": "不批完整版",
    "full.own_refused": "想批自己的申请，没让批", "full.password": "看完整版的密码", "full.fetched": "下载完整版",
    "export.fetched": "下载做好的表格", "ledger.looked": "看工作单里的电话", "ledger.searched": "在台账里查找",
}  # fmt: skip
"""The verbs of looks, and what each is called."""


@dataclass(frozen=True, slots=True)
class StaffLook:
    """One look: its place in the audit, when, who (a name), what, and the number of the case or the report's receipt.

    `verb` and `detail` stand as in the audit: codes, never a value.
    """

    id: int
    at: str
    name: str
    verb: str
    what: str
    number: str
    receipt: str
    detail: str


def looks_of(
    db: Database, *, staff: str = "", day: date | None = None, before: int = 0, limit: int = PAGE
) -> list[StaffLook]:
    """Give the looks, the newest first: of one member of staff, of one local day, before one of them."""
    where = [f"a.verb IN ({', '.join('?' * len(LOOKS))})"]
    args: list[Cell] = [*LOOKS]
    if staff:
        where.append("a.actor = ?")
        args.append(f"staff:{staff}")
    if day:
        where.append("a.at >= ? AND a.at < ?")
        args += clock.bounds(day)
    if before:
        where.append("a.id < ?")
        args.append(before)
    rows = db.all(
        "SELECT a.id, a.at, a.actor, a.verb, a.detail, s.name, c.number, r.receipt FROM audit a"  # noqa: S608
        " LEFT JOIN staff s ON s.id = substr(a.actor, 7)"
        " LEFT JOIN cases c ON c.id = a.subject LEFT JOIN reports r ON r.id = a.subject"
        f" WHERE {' AND '.join(where)} ORDER BY a.id DESC LIMIT ?",
        [*args, limit],
    )
    return [
        StaffLook(row["id"], row["at"], row["name"] or row["actor"], row["verb"], LOOKS[row["verb"]], row["number"] or "",
             row["receipt"] or "", row["detail"])
        for row in rows
    ]  # fmt: skip


def lookers(db: Database) -> list[Person]:
    """Give those whose looks may be asked for: every account, ended ones too."""
    return [person_of_row(row) for row in db.all("SELECT * FROM staff ORDER BY name, id")]
