"""Monthly returns of schools as they were sent: version after version, none ever changed; who has sent which, who has not."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from intake.errors import Missing, Unreadable
from intake.fields import Cell
from intake.fields.privacy import Privacy
from intake.ledgers.ledger import Column
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope, narrow
from intake.store.db import Cell as Bound
from intake.store.db import Database, Row

KIND = "absence"
"""The kind of case that a return tells of: whoever is in charge of others only does not see it."""
_SCHOOLS = {"town": "s.town", "school": "s.code"}
_LINE = ("id", "school", "month", "version", "sent_at", "sent_by", "sent_name", "hash")
_READ = "SELECT id, school, month, version, sent_at, sent_by, sent_name, hash, reason FROM sent_returns"


class Altered(Unreadable):
    """A return that is not as it was signed: somebody has changed the database."""

    sentence = "这份月报和签报时不一样，请管理员运行 baoxue verify 查看。"


@dataclass(frozen=True, slots=True)
class ReturnContent:
    """What a return says: its rows as they stood in the sheet, masked, and its figures by key; None is not reported.

    `columns` are those of the rows; a row is its town and its cells. `words` is what the principal adds, `declared` the
    sentence that was signed.
    """

    columns: Sequence[Column]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    figures: Mapping[str, int | None]
    words: str = ""
    declared: str = ""

    def __repr__(self) -> str:
        return (
            f"ReturnContent({len(self.rows)})"  # what stands in a traceback tells nothing about the children
        )

    def as_text(self) -> str:
        """Give it as it is kept; the same content gives the same text."""
        return json.dumps(
            {
                "columns": [[one.key, one.label, one.width, one.privacy, one.source, one.shape] for one in self.columns],
                "rows": [[town, [_kept(cell) for cell in cells]] for town, cells in self.rows],
                "figures": dict(self.figures),
                "words": self.words,
                "declared": self.declared,
            },
            ensure_ascii=False, sort_keys=True, separators=(",", ":"),
        )  # fmt: skip

    def digest(self) -> str:
        """Give the hash of what is kept."""
        return _digest(self.as_text())

    @classmethod
    def of(cls, kept: str) -> "ReturnContent":
        """Read what was kept."""
        said = json.loads(kept)
        columns = [
            Column(key, label, width, Privacy(privacy), source, (), summed=False, shape=shape)
            for key, label, width, privacy, source, shape in said["columns"]
        ]
        rows = [(town, [_cell(cell) for cell in cells]) for town, cells in said["rows"]]
        return cls(columns, rows, said["figures"], said["words"], said.get("declared", ""))


@dataclass(frozen=True, slots=True)
class SentReturn:
    """One version of a school's return: of which month, when, and who signed it."""

    id: str
    school: str
    month: str
    version: int
    sent_at: str
    sent_by: str
    sent_name: str
    hash: str
    reason: str = ""

    def __repr__(self) -> str:
        return f"SentReturn({self.school} {self.month} {self.version})"


@dataclass(frozen=True, slots=True)
class ReportingSchool:
    """A school that has to report."""

    code: str
    name: str
    town: str


def schools_reporting(db: Database, scope: Scope) -> list[ReportingSchool]:
    """Give the schools of a scope, in the order of towns; none to whoever is in charge of other kinds alone."""
    if scope.kinds is not None and KIND not in scope.kinds:
        return []
    within, args = narrow(replace(scope, kinds=None), _SCHOOLS)
    sql = f"SELECT s.code, s.name, s.town FROM schools s WHERE {within} ORDER BY s.town, s.code"  # noqa: S608
    rows = db.all(sql, args)
    return [ReportingSchool(row["code"], row["name"], row["town"]) for row in rows]


def school_seen(db: Database, person: Person, code: str) -> ReportingSchool:
    """Give a school whose returns somebody may see. Raises Missing."""
    scope = accounts.scope_of(db, person)
    if scope.school not in ("", code):
        raise Missing
    found = schools_reporting(db, replace(scope, school=code))
    if not found:
        raise Missing
    return found[0]


def versions_of(db: Database, school: str, month: str) -> list[SentReturn]:
    """Give what a school has sent of a month, the newest version first."""
    rows = db.all(f"{_READ} WHERE school = ? AND month = ? ORDER BY version DESC", (school, month))
    return [_sent(db, row) for row in rows]


def version_of(db: Database, school: str, month: str, version: int) -> SentReturn:
    """Give one version. Raises Missing."""
    for one in versions_of(db, school, month):
        if one.version == version:
            return one
    raise Missing


def newest_returns(
    db: Database, schools: Iterable[str], months: Iterable[str]
) -> dict[tuple[str, str], SentReturn]:
    """Give the newest version of each school and month that has sent one."""
    codes, keys = set(schools), sorted(set(months))
    if not codes or not keys:
        return {}
    args: list[Bound] = list(keys)
    rows = db.all(
        f"{_READ} WHERE month IN ({', '.join('?' * len(keys))}) ORDER BY version",
        args,
    )
    return {(row["school"], row["month"]): _sent(db, row) for row in rows if row["school"] in codes}


def content_of_return(db: Database, sent: SentReturn) -> ReturnContent:
    """Open what was sent. Raises Unreadable, for what is not as it was signed as well."""
    row = db.one("SELECT content FROM sent_returns WHERE id = ?", (sent.id,))
    if row is None:
        raise Missing
    kept = db.keys.unlock(row["content"], "sent_returns.content", sent.id)
    if _digest(kept) != sent.hash:
        raise Altered
    return ReturnContent.of(kept)


def returns_not_as_signed(db: Database) -> list[SentReturn]:
    """Give the returns whose content is not what was signed; one that no key opens is none of them."""
    found = []
    for row in db.each(f"{_READ} ORDER BY month, school, version"):
        sent = _sent(db, row)
        try:
            content_of_return(db, sent)
        except Altered:
            found.append(sent)
        except Unreadable:
            continue
    return found


def state_words(sent: SentReturn | None, overdue: bool) -> str:
    """Say whether a school has reported: who said nothing is never 0."""
    if sent:
        return f"已报 第{sent.version}版"
    return "未上报（逾期）" if overdue else "未上报"


def _sent(db: Database, row: Row) -> SentReturn:
    reason = db.keys.unlock_or_say(row["reason"], "sent_returns.reason", row["id"]) if row["reason"] else ""
    return SentReturn(**{key: row[key] for key in _LINE}, reason=reason)


def _digest(kept: str) -> str:
    return hashlib.sha256(kept.encode(errors="surrogatepass")).hexdigest()


def _kept(cell: Cell) -> Any:
    if isinstance(cell, datetime):
        return {"at": cell.isoformat()}
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def _cell(kept: Any) -> Cell:
    if isinstance(kept, dict):
        return datetime.fromisoformat(kept["at"]) if "at" in kept else date.fromisoformat(kept["day"])
    found: Cell = kept
    return found
