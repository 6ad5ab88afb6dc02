"""未上报: villages and schools of which a list never told, schools whose own roll never came; what is not known is not 0."""

from collections.abc import Iterator
from typing import ClassVar

from intake import fields
from intake.children.listed import HUJI, XUEJI, last_batches
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.ledgers.ledger import Ledger, Line, View, declare_ledger
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.school.differences.lists import covers
from intake.school.schooling import schools_with_roll
from intake.store.db import Database

SILENT, ROLL = "未上报", "学生名单"
LISTS = {HUJI: "户籍名单", XUEJI: "学籍名单"}


class SilentPlaces(Ledger):
    """The villages, or the schools, of a scope of which a list never told, or whose roll never came; by `silent_ledger`."""

    counted = "一个没有交名单的村(社区)、学校计一条，未上报不等于没有；"
    listing: ClassVar[str] = HUJI

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield them by town."""
        told_of, places = last_batches(db, self.listing), gazetteer.world(db).places
        of_schools = self.listing == XUEJI
        rolled = schools_with_roll(db) if of_schools else frozenset()
        for one in places.schools() if of_schools else places.villages():
            missing = [] if covers(told_of, one.code, one.town) else [LISTS[self.listing]]
            missing += [ROLL] if of_schools and one.code not in rolled else []
            if missing and _within(view.scope, one.code, one.town, self.listing):
                told = f"{'、'.join(missing)}{SILENT}"
                yield Line(one.code, one.town[:9], {"town": one.town[:9], "place": one.name, "told": told})


def _within(scope: Scope, code: str, town: str, listing: str) -> bool:
    if not scope.area or scope.classes is not None:
        return False
    mine = scope.village if listing == HUJI else scope.school
    other = scope.school if listing == HUJI else scope.village
    return town.startswith(scope.area) and not other and mine in ("", code)


def silent_ledger(key: str, title: str, listing: str, what: str) -> type[SilentPlaces]:
    """Declare the sheet of the places of which a list never told."""
    told = {
        "town": Report.answers()["town"],
        "place": fields.Text(40, metadata=asked(what, privacy=Privacy.OPEN, width=9.0, source=HOUSE)),
        "told": fields.Text(20, metadata=asked("名单", privacy=Privacy.OPEN, width=9.0, source=HOUSE)),
    }
    return declare_ledger(SilentPlaces, key, title, told, tab=SILENT, listing=listing)


VILLAGES = "没有交户籍名单的村(社区)"
SCHOOLS = "没有交学籍名单或学生名单的学校"
ELIGIBLE_SILENT = silent_ledger("eligible-silent", VILLAGES, HUJI, "村(社区)")
HUJI_SILENT = silent_ledger("compare-huji-silent", VILLAGES, HUJI, "村(社区)")
XUEJI_SILENT = silent_ledger("compare-xueji-silent", SCHOOLS, XUEJI, "学校")
MISMATCH_SILENT = silent_ledger("mismatch-silent", SCHOOLS, XUEJI, "学校")
