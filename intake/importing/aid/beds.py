"""床位名单: how many beds each school has, for what is lacking where children want to live at school."""

from collections.abc import Sequence

from intake.calendar import clock
from intake.importing.content import content_of
from intake.importing.outcome import Options, Outcome, RowFault, at_once, taking, unread
from intake.importing.table import ListColumn, ListRow, ListSheet
from intake.language.patterns import regex
from intake.people import accounts
from intake.people.scope import Scope, sees
from intake.places import beds, gazetteer
from intake.places.places import Place
from intake.store.db import Database

COLUMNS = (
    ListColumn("school", "学校名称", ("学校", "校名", "单位名称", "学校全称")),
    ListColumn("beds", "床位数", ("床位", "宿舍床位", "床位总数", "可住人数", "床位数（张）")),
)
UNKNOWN = "没有找到这所学校，或者不归您管。请写学校全名。"
_NUMBER = regex(r"([0-9]{1,5})(?:\.0+)?张?")


def take(db: Database, sheets: Sequence[ListSheet], options: Options) -> Outcome:
    """Keep how many beds schools have; a school that is not on the list keeps what it had. Raises Refused, Stale."""
    outcome = Outcome("床位", COLUMNS)
    content = content_of(sheets, COLUMNS, "beds")
    outcome.read(content)
    scope, seen = accounts.scope_of(db, options.by) if options.by else None, dict[str, str]()
    rows = [row for one in content.tables for row in one.rows]
    with taking(db, outcome, options, "beds"):
        known, at = beds.beds_by_school(db), clock.stamp(db.now())
        for row in rows:
            found = _read(db, row, outcome, scope, seen)
            if found is None:
                continue
            school, number = found
            outcome.count("new" if school not in known else "same" if known[school] == number else "changed")
            beds.keep_beds(db, school, number, options.actor, at)
    return outcome


def _read(
    db: Database, row: ListRow, outcome: Outcome, scope: Scope | None, seen: dict[str, str]
) -> tuple[str, int] | None:
    faults, number = unread(row, COLUMNS), _NUMBER.fullmatch(row.get("beds").replace(" ", ""))
    school = _school(db, row.get("school"), scope)
    if number is None:
        faults.append(RowFault("床位数要写成整数，例如：120。没有床位写 0。", "beds"))
    if school is None:
        faults.append(RowFault(UNKNOWN, "school"))
    elif school.code in seen:
        faults.append(RowFault(f"和{seen[school.code]}是同一所学校。", "school"))
    if school:
        seen.setdefault(school.code, row.where)
    if faults or school is None or number is None:
        outcome.refuse(row, *at_once(faults))
        return None
    return school.code, int(number[1])


def _school(db: Database, said: str, scope: Scope | None) -> Place | None:
    found = gazetteer.world(db).places.school(said).place if said else None
    if found is None or scope is None:
        return found
    return found if sees(scope, town=found.town, school_town=found.town, school=found.code) else None
