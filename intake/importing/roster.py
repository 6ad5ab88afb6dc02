"""The schools' lists of children: who is new, who moved to another class, who is no longer listed; what else they tell."""

from collections.abc import Iterator, Sequence

from intake.children.children import Child
from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import NewFact
from intake.errors import Refused
from intake.fields import privacy
from intake.importing.blocks import OF_CLASSES
from intake.importing.content import content_of
from intake.importing.enrolling import Register
from intake.importing.outcome import Leaving, Options, Outcome, RowFault, taking
from intake.importing.places import Finder
from intake.importing.pupil import COLUMNS, ListedPupil, read
from intake.importing.rosters import bulk, moves
from intake.importing.rosters.told import Teller
from intake.importing.table import ListRow, ListSheet, some
from intake.language.spoken import LAST_GRADE
from intake.places import gazetteer
from intake.places.places import Place
from intake.school.register.entering import large_from
from intake.store.db import Database


def take(db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None = None) -> Outcome:
    """Enter children and their classes; `school` is that of rows that name none. Raises Refused, Stale.

    Children and classes are taken whole or not at all. What a list tells besides follows in turns that hold up nobody;
    where that was cut short the same list brings the rest.
    """
    outcome = Outcome("学生", COLUMNS)
    world = gazetteer.world(db)
    finder, teller = Finder.of(db, world.places, outcome, options), Teller(world, outcome)
    content = content_of(sheets, COLUMNS, "name", OF_CLASSES)
    outcome.read(content)
    good = [
        (row, pupil)
        for table in content.tables
        for row in table.rows
        if (pupil := read(row, table.titles, finder, school, teller))
    ]
    with taking(db, outcome, options, "roster", gate=False):
        register = Register(db, options, world.places)
        for row, pupil in good:
            _enter(register, row, pupil, outcome)
        fresh, known = _told(register, outcome)
        hidden = [row for table in content.tables for row in table.hidden]
        outcome.moves += moves.moved_groups(register.moves, world.places)
        outcome.notes += _after(register)
        outcome.left += _gone(register, outcome, options, hidden)
        outcome.notes += outcome.left
        if not options.dry_run:
            moves.explain_listed(db, register.seen, options.actor)
    if outcome.written:
        said = FactOrigin(moves.SOURCE, options.actor, db.today())
        bulk.note_many_facts(db, fresh, known, said, register.entered)
    return outcome


def _enter(register: Register, row: ListRow, pupil: ListedPupil, outcome: Outcome) -> None:
    try:
        outcome.count(register.enter(pupil, row.where))
    except Refused as error:
        outcome.refuse(row, RowFault(str(error), error.field))


def _told(register: Register, outcome: Outcome) -> tuple[list[NewFact], list[str]]:
    """Find out what nobody knew yet of what the rows tell; a row that tells only that has changed something, too."""
    every = [NewFact(child, kind, value) for child, _, told in register.told for kind, value in told]
    fresh, known = bulk.fresh_facts(register.db, every)
    more = {one.child for one in fresh} & {child for child, verdict, _ in register.told if verdict == "same"}
    outcome.same -= len(more)
    outcome.changed += len(more)
    if fresh:
        outcome.notes.append(f"监护人、电话、住址等情况：新记 {len(fresh)} 条，以前的都留着。")
    return fresh, known


def _after(register: Register) -> Iterator[str]:
    """Tell of classes made, children who came from elsewhere, and classes that become too large."""
    if register.made:
        yield f"新增班级：{len(register.made)} 个（{some(register.made)}）。"
    came = sum(one.way == moves.CAME for one in register.moves)
    if came:
        yield f"从别的学校转来：{came} 人。"
    if fresh := register.newcomers:
        yield f"新来的：{len(fresh)} 人（{some([_masked(one) for one in fresh])}）。"
    if register.arrived:
        names = some([_masked(one) for one in register.arrived])
        yield f"原来不在这所学校的名单里，按转入登记、等办结：{len(register.arrived)} 人（{names}）。"
    for child, before, now in register.sizes().values():
        least = large_from(register.db, child.grade)
        if before < least <= now:
            school = register.places.name(child.school)
            yield f"{school}{child.title}会有 {now} 人，到了大班额（{least} 人起）。转学不能造成新的大班额，请核对。"


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
        return
    finished = {one.id for one in gone if register.finished(one)}
    yield from _unexplained(
        register, [one for one in gone if one.id not in finished or one.grade != LAST_GRADE]
    )
    if finished:
        yield f"其中毕业年级的：{len(finished)} 人。"
    if options.leave:
        yield from _let_go(register, gone, cases)
    else:
        yield f"他们还留在原来的班里；真的不在了，{options.again('--leave', '移出班级')}。"


def _unexplained(register: Register, gone: Sequence[Child]) -> Iterator[str]:
    """Let the principal owe a word on each who is gone: 转出, 休学 or what else became of them."""
    if gone and not register.options.dry_run:
        moves.ask_why(register.db, gone, register.options.actor)
    if gone:
        yield f"每个孩子去了哪里，请校长在 {moves.EXPLAIN} 个工作日内说明：{len(gone)} 人。"


def _let_go(register: Register, gone: list[Child], cases: dict[str, str]) -> Iterator[str]:
    """Take out who has no open case, or whose case was confirmed; name the others."""
    confirmed = register.options.confirmed
    held = [one for one in gone if one.id in cases and cases[one.id] not in confirmed]
    there = {one.id for one in held}
    register.let_go(one for one in gone if one.id not in there)
    if len(held) < len(gone):
        yield f"已经移出班级：{len(gone) - len(held)} 人；以前的登记都在。"
    if held:
        names = some([f"{_masked(one)} {cases[one.id]}" for one in held])
        yield f"有没办完的个案，没有移出：{len(held)} 人（{names}）。一个一个确认了才移出。"


def _masked(child: Child) -> str:
    return f"{child.title}{privacy.mask_name(child.name)}"
