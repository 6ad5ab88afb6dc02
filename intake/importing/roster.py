"""The schools' lists of children: who is new, who moved to another class, who is no longer listed."""

from collections.abc import Iterator, Sequence

from intake.children.children import Child
from intake.errors import Refused
from intake.fields import privacy
from intake.importing.blocks import OF_CLASSES
from intake.importing.content import content_of
from intake.importing.enrolling import Register
from intake.importing.outcome import Leaving, Options, Outcome, RowFault, taking
from intake.importing.places import Finder
from intake.importing.pupil import COLUMNS, ListedPupil, read
from intake.importing.table import ListRow, ListSheet, some
from intake.places import gazetteer
from intake.places.places import Place
from intake.store.db import Database


def take(db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None = None) -> Outcome:
    """Enter children and their classes; `school` is that of rows that name none. Raises Refused, Stale."""
    outcome = Outcome("学生", COLUMNS)
    places = gazetteer.world(db).places
    finder = Finder.of(db, places, outcome, options)
    content = content_of(sheets, COLUMNS, "name", OF_CLASSES)
    outcome.read(content)
    good = [
        (row, pupil)
        for table in content.tables
        for row in table.rows
        if (pupil := read(row, table.titles, finder, school))
    ]
    with taking(db, outcome, options, "roster", gate=False):
        register = Register(db, options, places)
        for row, pupil in good:
            _enter(register, row, pupil, outcome)
        hidden = [row for table in content.tables for row in table.hidden]
        outcome.notes += _after(register)
        outcome.left += _gone(register, outcome, options, hidden)
        outcome.notes += outcome.left
    return outcome


def _enter(register: Register, row: ListRow, pupil: ListedPupil, outcome: Outcome) -> None:
    try:
        outcome.count(register.enter(pupil, row.where))
    except Refused as error:
        outcome.refuse(row, RowFault(str(error), error.field))


def _after(register: Register) -> Iterator[str]:
    """Tell of classes made, and children who came from elsewhere."""
    if register.made:
        yield f"新增班级：{len(register.made)} 个（{some(register.made)}）。"
    if register.came:
        yield f"从别的学校转来：{register.came} 人。"


def _gone(register: Register, outcome: Outcome, options: Options, hidden: list[ListRow]) -> Iterator[str]:
    """Tell of those who are no longer listed, and let them go where that was asked for and nothing was left."""
    gone = register.gone([*outcome.bad_rows, *hidden])
    if not gone:
        return
    cases = register.cases(gone)
    outcome.leaving += [Leaving(_masked(one), cases.get(one.id, "")) for one in gone]
    yield f"名单里没有了：{len(gone)} 人（{some([_masked(one) for one in gone])}）。"
    if outcome.bad or not outcome.whole:
        yield (
            "有的行没有导入，所以这次不把任何孩子移出班级。"
            if outcome.bad
            else "名单没有读全，所以这次不把任何孩子移出班级。"
        )
    elif options.leave:
        yield from _let_go(register, gone, cases)
    else:
        yield f"他们还留在原来的班里；真的不在了，{options.again('--leave', '移出班级')}。"


def _let_go(register: Register, gone: list[Child], cases: dict[str, str]) -> Iterator[str]:
    """Take out who has no open case, or whose case was confirmed; name the others."""
    confirmed = register.options.confirmed
    held = [one for one in gone if one.id in cases and cases[one.id] not in confirmed]
    register.let_go(one for one in gone if one not in held)
    if len(held) < len(gone):
        yield f"已经移出班级：{len(gone) - len(held)} 人；以前的登记都在。"
    if held:
        names = some([f"{_masked(one)} {cases[one.id]}" for one in held])
        yield f"有没办完的个案，没有移出：{len(held)} 人（{names}）。一个一个确认了才移出。"


def _masked(child: Child) -> str:
    return f"{child.title}{privacy.mask_name(child.name)}"
