"""The lists that may be brought, by the key of the command and of the page: what they are called, read, taken by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from intake.errors import Refused
from intake.importing import member, pupil, roster, schools, staff
from intake.importing.outcome import Options, Outcome
from intake.importing.staff import Finish
from intake.importing.table import ListColumn, ListSheet
from intake.people.roles import Role
from intake.places.places import Place
from intake.settings import Settings
from intake.store.db import Database

NO_ADDRESS = "还没有设置系统的网址，发不了登录纸条。请运维先设好 BAOXUE_ADDRESS，再导入教职工名单。"


@dataclass(frozen=True, slots=True)
class ListKind:
    """A list: its title, its columns, how it is taken.

    `of_school` tells that one school may be named beside a list whose rows name none; `leaving` is what may be asked for
    of those who are no longer listed, an empty text where nothing is; `hint` is what its page says of it.
    """

    key: str
    title: str
    columns: Callable[[Settings], Sequence[ListColumn]]
    take: Callable[[Database, Sequence[ListSheet], Options, Place | None, Finish], Outcome]
    of_school: bool = False
    leaving: str = ""
    hint: str = ""

    @property
    def action(self) -> str:
        """Give the action that whoever brings it must be allowed."""
        return f"list.{self.key}"

    def labels(self, settings: Settings) -> str:
        """Name its columns."""
        return "、".join(one.label for one in self.columns(settings))


def list_kinds_of(role: Role) -> dict[str, ListKind]:
    """Give the lists that those of a role may bring."""
    return {key: one for key, one in LIST_KINDS.items() if one.action in role.actions}


def _schools(
    db: Database, sheets: Sequence[ListSheet], options: Options, school: Place | None, finish: Finish
) -> Outcome:
    return schools.take(db, sheets, options)


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


LIST_KINDS: Mapping[str, ListKind] = {
    one.key: one
    for one in (
        ListKind("roster", "学生名单", lambda _: pupil.COLUMNS, _roster, of_school=True, leaving="移出班级"),
        ListKind("staff", "教职工名单", lambda _: member.COLUMNS, _staff, of_school=True,
                 leaving="去掉名单里没有的班级和包保"),
        ListKind("schools", "学校名单", lambda _: schools.COLUMNS, _schools),
    )
}  # fmt: skip
"""By key, in the order in which they are offered."""
