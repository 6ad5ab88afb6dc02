"""寄宿需求台账: who needs a bed or a way to school, and by school how many beds are wanted."""

from collections import Counter
from collections.abc import Iterator

from intake import fields
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile, case_files
from intake.ledgers.columns import CHILD
from intake.ledgers.ledger import Ledger, Line, View
from intake.ledgers.library import value_of
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.of_children import BY_PLACE, LASTING
from intake.places import gazetteer
from intake.places.beds import beds_by_school
from intake.store.db import Database

BED = "寄宿"
UNKNOWN = "未填报"
"""How many beds a school has, until a list of beds says it: not 0."""
NOWHERE = "（没写学校）"


class BoardingSchools(Ledger):
    """How many children of each school want a bed."""

    key = "boarding-schools"
    title = "寄宿需求按学校汇总"
    tab = "按学校汇总"
    counted = "一所学校计一条，需求人数是其中要住校的孩子；"
    portrait = True
    kinds = frozenset({"boarding"})

    school = fields.Text(100, metadata=asked("学校名称", privacy=Privacy.OPEN, width=20.0, source=HOUSE))
    wanted = fields.Count(0, 10**7, metadata=asked("需求人数", privacy=Privacy.OPEN, width=8.0, source=HOUSE))
    beds = fields.Text(20, metadata=asked("床位数", privacy=Privacy.OPEN, width=8.0, source=HOUSE))
    lacking = fields.Text(20, metadata=asked("缺口", privacy=Privacy.OPEN, width=8.0, source=HOUSE))

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the schools from which beds are wanted, by name; what no school is named for comes last."""
        places, towns = gazetteer.world(db).places, dict[str, str]()
        wanted, known = Counter(self._schools(db, view, towns)), beds_by_school(db)
        for school, number in sorted(wanted.items(), key=lambda one: (not one[0], places.name(one[0]))):
            place = places.get(school)
            values = {
                "school": places.name(school) or NOWHERE,
                "wanted": number,
                "beds": str(known[school]) if school in known else UNKNOWN,
                "lacking": str(max(number - known[school], 0)) if school in known else UNKNOWN,
            }
            town = place.town if place else towns[school]
            yield Line(school or NOWHERE, town[:9], values)

    def _schools(self, db: Database, view: View, towns: dict[str, str]) -> Iterator[str]:
        """Yield the school of each child that wants a bed, once; note in which town somebody wants it."""
        asked_for = BOARDING(self.world)
        condition, args = asked_for.condition(view)
        seen: set[str] = set()
        for file in case_files(db, view.scope, condition, args, order=asked_for.order, events=False):
            if BED not in (file.answer("needs") or ()) or (who := _who(file)) in seen:
                continue
            seen.add(who)
            school = str(value_of(file, "school") or "")
            towns.setdefault(school, file.case.town)
            yield school


def _who(file: CaseFile) -> str:
    return file.case.child or file.number_of_child() or file.case.id


BOARDING = case_ledger(
    "boarding",
    "寄宿需求台账",
    (*CHILD, "needs", "reason", "distance_km", "travel", "from_date", "pickup", "guardian_name", "phone", "result",
     "bed", "remark", "row_key"),
    kind="boarding",
    which=LASTING,
    order=BY_PLACE,
    beside=True,
    sheets=(BoardingSchools,),
)  # fmt: skip
