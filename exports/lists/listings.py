"""The lists that may be brought, by the key of the command and of the page: what they are called, read, taken by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from intake.children.listed import HUJI, PERMITS, POOR, XUEJI
from intake.errors import Refused
from intake.importing import member, pupil, roster, schools, staff
from intake.importing.aid import beds, paid
from intake.importing.outcome import Options, Outcome
from intake.importing.registers.heads import columns_of, without_refused, without_refused_cells
from intake.importing.registers.taking import REGISTERS, take_register
from intake.importing.registers.words import words_of
from intake.importing.rosters import entries
from intake.importing.staff import Finish
from intake.importing.table import ListColumn, ListSheet
from intake.people.roles import Role
from intake.places.places import Place
from intake.settings import Settings
from intake.store.db import Database

NO_ADDRESS = "还没有设置系统的网址，发不了登录纸条。请运维先设好 BAOXUE_ADDRESS，再导入教职工名单。"

Take = Callable[[Database, Sequence[ListSheet], Options, Place | None, Finish], Outcome]


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: its title, its columns, how it is taken.

    `of_school` tells that one school may be named beside a list whose rows name none; `leaving` is what may be asked for
    of those who are no longer listed, an empty text where nothing is; `hint` is what its page says of it. A `register` is
    looked after elsewhere: it may tell of a part or of all, as of a day, and has columns that are never collected.
    """

    key: str
    title: str
    columns: Callable[[Settings], Sequence[ListColumn]]
    take: Take
    of_school: bool = False
    leaving: str = ""
    hint: str = ""
    register: bool = False

    @property
    def action(self) -> str:
        """Give the action that whoever brings it must be allowed."""
        return f"list.{self.key}"

    @property
    def of_children(self) -> bool:
        """Tell whether its rows are children, beside whom parents' work may stand."""
        return self.register or self.key == "roster"

    def labels(self, settings: Settings) -> str:
        """Name its columns."""
        return "、".join(one.label for one in self.columns(settings))


def list_kinds_of(role: Role) -> dict[str, ListKind]:
    """Give the lists that those of a role may bring."""
    return {key: one for key, one in LIST_KINDS.items() if one.action in role.actions}


def sheets_of_list(settings: Settings, key: str, sheets: Sequence[ListSheet]) -> Sequence[ListSheet]:
    """Give the sheets of a list without what is never collected, which then no page and no file that goes back has."""
    return without_refused(sheets, words_of(settings, key)) if LIST_KINDS[key].register else sheets


def sheets_to_keep(settings: Settings, key: str, sheets: Sequence[ListSheet]) -> Sequence[ListSheet]:
    """Give the sheets of a list of children as they may lie in the house, with the headers of what was left."""
    return without_refused_cells(sheets, words_of(settings, key if LIST_KINDS[key].register else XUEJI))


def _plain(take: Callable[[Database, Sequence[ListSheet], Options], Outcome]) -> Take:
    """Take a list that is of no one school, and after which nothing is done."""
    return lambda db, sheets, options, school, finish: take(db, sheets, options)


def _roster(
    db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None, finish: Finish
) -> Outcome:
    return roster.take(db, sheets, options, school)


def _staff(
    db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None, finish: Finish
) -> Outcome:
    if not db.settings.public:
        raise Refused(NO_ADDRESS)
    return staff.take(db, sheets, options, school, finish=finish)


def _register(key: str, title: str, hint: str, *, of_school: bool = False) -> ListKind:
    """Give the list of a register; what of it the house may not have is not even looked at."""

    def columns(settings: Settings) -> Sequence[ListColumn]:
        return columns_of(REGISTERS[key].columns, words_of(settings, key))

    def take(
        db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None, finish: Finish
    ) -> Outcome:
        return take_register(db, key, sheets, options, school)

    return ListKind(key, title, columns, take, of_school=of_school, hint=hint, register=True)


LIST_KINDS: Mapping[str, ListKind] = {
    one.key: one
    for one in (
        ListKind("roster", "学生名单", lambda _: pupil.COLUMNS, _roster, of_school=True, leaving="移出班级"),
        ListKind("staff", "教职工名单", lambda _: member.COLUMNS, _staff, of_school=True,
                 leaving="去掉名单里没有的班级和包保"),
        ListKind("schools", "学校名单", lambda _: schools.COLUMNS, _plain(schools.take)),
        _register(XUEJI, "学籍名单", "从全国学籍系统导出的就行。", of_school=True),
        _register(HUJI, "户籍名单", "公安给的户籍表，只收学龄儿童。"),
        _register(POOR, "脱贫户名单", "脱贫户、监测户的表，只收学龄儿童。"),
        _register(PERMITS, "居住证名单", "居住证的表，连同随行的学龄子女。"),
        ListKind("transfers", "学籍异动名单", lambda _: entries.COLUMNS, _plain(entries.take),
                 hint="谁转入、转出、休学、复学，一条一行；和在孩子页上登记一样。"),
        ListKind("aid", "资助发放名单", lambda _: paid.COLUMNS, _plain(paid.take),
                 hint="发了什么、应发多少、实发多少，一人一项一行。"),
        ListKind("beds", "床位名单", lambda _: beds.COLUMNS, _plain(beds.take), hint="每所学校有多少床位。"),
    )
}  # fmt: skip
"""By key, in the order in which they are offered."""
