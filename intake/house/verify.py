"""`baoxue verify`: what must be true of the data, asked of all of it."""

from intake.house import cells
from intake.kinds import KINDS, tables
from intake.reports import receipts
from intake.store import audit
from intake.store.db import Database


def faults(db: Database) -> list[str]:
    """Give a Chinese sentence for each thing that is not as it must be; nothing when all is well."""
    return [*_file(db), *_answers(db), *_receipts(db), *_audit(db), *_cells(db)]


def _file(db: Database) -> list[str]:
    return [f"数据库损坏：{one}" for one in db.engine.faults()]


def _answers(db: Database) -> list[str]:
    found = []
    for kind in KINDS:
        rows = db.each(
            f"SELECT receipt FROM reports LEFT JOIN {tables.name(kind)} a ON a.report_id = reports.id"  # noqa: S608
            " WHERE kind = ? AND a.report_id IS NULL",
            (kind,),
        )
        found += [f"回执 {row['receipt']} 没有内容" for row in rows]
        rows = db.each(
            f"SELECT a.report_id FROM {tables.name(kind)} a LEFT JOIN reports ON reports.id = a.report_id"  # noqa: S608
            " WHERE reports.id IS NULL OR reports.kind <> ?",
            (kind,),
        )
        found += [f"{tables.name(kind)} 里的 {row['report_id']} 没有对应的报告" for row in rows]
    known = ", ".join("?" * len(KINDS))
    rows = db.each(f"SELECT receipt FROM reports WHERE kind NOT IN ({known})", tuple(KINDS))  # noqa: S608
    return found + [f"回执 {row['receipt']} 的类别不认识" for row in rows]


def _receipts(db: Database) -> list[str]:
    return [
        f"回执 {row['receipt']} 的校验位不对"
        for row in db.each("SELECT receipt FROM reports")
        if receipts.read_receipt(row["receipt"]) != row["receipt"]
    ]


def _audit(db: Database) -> list[str]:
    found = [f"审计第 {one} 行与前后不符" for one in audit.broken(db)]
    rows = db.each(
        "SELECT receipt FROM reports LEFT JOIN audit ON audit.subject = reports.id AND audit.verb = 'report.received'"
        " WHERE audit.id IS NULL"
    )
    return found + [f"回执 {row['receipt']} 没有审计记录" for row in rows]


def _cells(db: Database) -> list[str]:
    return [f"打不开的加密内容：{one}" for one in cells.unreadable(db)]
