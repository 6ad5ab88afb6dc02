"""The schools' lists of children: who is new, who moved to another class, who is no longer listed."""

from collections.abc import Iterator, Sequence

from intake.errors import Refused
from intake.fields import privacy
from intake.importing.enrolling import Register
from intake.importing.outcome import Options, Outcome, taking
from intake.importing.places import Finder
from intake.importing.pupil import COLUMNS, ListedPupil, read
from intake.importing.schools import unused
from intake.importing.table import ListRow, ListSheet, tables
from intake.places import gazetteer
from intake.places.places import Place
from intake.store.db import Database

NAMED = 10
"""Children who are named when they are no longer listed."""


def take(db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None = None) -> Outcome:
    """Enter children and their classes; `school` is that of rows that name none. Raises NoHeader."""
    outcome = Outcome("学生")
    finder = Finder.of(db, gazetteer.world(db).places, outcome)
    found = tables(sheets, COLUMNS, "name")
    good = [
        (row, pupil)
        for table in found
        for row in table.rows
        if (pupil := read(row, table.titles, finder, school))
    ]
    with taking(db, outcome, options, "roster"):
        register = Register(db)
        for row, pupil in good:
            _enter(register, row, pupil, outcome)
        outcome.notes += unused(found)
        if options.skip_bad or not outcome.bad:
            outcome.notes += _after(register, outcome, options)
    return outcome


def _enter(register: Register, row: ListRow, pupil: ListedPupil, outcome: Outcome) -> None:
    try:
        outcome.count(register.enter(pupil, row.where))
    except Refused as error:
        outcome.refuse(row, str(error))


def _after(register: Register, outcome: Outcome, options: Options) -> Iterator[str]:
    """Tell of classes made, children who came from elsewhere, and those who are no longer listed."""
    if register.made:
        yield f"新增班级：{len(register.made)} 个（{_some(register.made)}）。"
    if register.came:
        yield f"从别的学校转来：{register.came} 人。"
    gone = register.gone()
    if not gone:
        return
    masked = [f"{one.title}{privacy.mask_name(one.name)}" for one in gone]
    yield f"名单里没有了：{len(gone)} 人（{_some(masked)}）。"
    if outcome.bad:
        yield "有的行没有导入，所以这次不把任何孩子移出班级。"
    elif options.leave:
        register.let_go(gone)
        yield "已经移出班级；以前的登记都在。"
    else:
        yield "他们还留在原来的班里；真的不在了，请加 --leave 再导入一次。"


def _some(said: Sequence[str]) -> str:
    return "、".join(said[:NAMED]) + ("……" if len(said) > NAMED else "")
