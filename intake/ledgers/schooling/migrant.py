"""随迁子女登记: children whose household is elsewhere and who live and learn here, by facts and reports."""

from collections.abc import Mapping
from typing import Any

from intake import fields
from intake.children.facts.fact_columns import columns_of_sheet
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.columns import CHILD
from intake.ledgers.known.child_rows import ChildRowLedger
from intake.ledgers.known.facts_shown import guardian_of, said_of
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.of_children import ChildWithCases, told_in
from intake.places.homes import county_of_address, outside_of_district
from intake.store.db import Database

YES, NO, UNSURE = "是", "否", "待核实"
FAMILY = frozenset({
    "父", "母", "继/养父", "继/养母", "祖父", "祖母", "外祖父", "外祖母", "兄", "姐", "其他亲属",
})  # fmt: skip
"""Who may be a child's guardian; teachers, cadres and neighbours tell of it as well."""
_GROUP, _PERMIT = "随迁", "居住证"


def comes_along(db: Database, file: CaseFile) -> str | None:
    """Tell whether a child has come along with parents who work here: 是, 否, 待核实; None where nothing says.

    It is by the group that a teacher named, by the residence permit on which it enrols, or by a household elsewhere.
    """
    if _is_said(file):
        return YES
    household = file.answer("household_place")
    if not household:
        return None
    outside = outside_of_district(db, household)
    return UNSURE if outside is None else YES if outside else NO


def _is_said(file: CaseFile) -> bool:
    return _GROUP in (file.answer("special_group") or ()) or file.answer("basis") == _PERMIT


def family_phone(file: CaseFile, relations: frozenset[str]) -> str | None:
    """Give the telephone of the newest report that somebody of such a relation to the child gave."""
    said = {report.id: relation for report, relation in file.told("relation")}
    return next((phone for report, phone in file.told("phone") if said.get(report.id) in relations), None)


class _Migrant(ChildRowLedger):
    """Its rows; a child of which nothing certain is known is not one of them."""

    telling = ("household", "permit", "group")
    deciding = ("residence",)
    asking = frozenset({"guardian", "phone", "aid", "transfer_state", "schooling", "remark"})
    fact_filled = ("transfer_state",)
    filled_as = columns_of_sheet("migrant")
    tells = " OR ".join(
        (
            told_in("enrollment", "a.household_place IS NOT NULL"),
            told_in("absence", "a.special_group IS NOT NULL"),
        )
    )

    def belongs(self, db: Database, file: ChildWithCases) -> bool:
        """Tell whether a child has come along; one of whom two words contradict stays, until somebody has looked."""
        found = child_comes_along(db, file)
        return found == YES or (found == UNSURE and len(file.said.words("household", "household_place")) > 1)

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give the household's county, the guardian's telephone, and what aid was asked for or given."""
        files = file.files if isinstance(file, ChildWithCases) else (file,)
        aid = [f"{one.answer('program')}（{one.case.state}）" for one in files if one.case.kind == "subsidy"]
        aid += [
            f"{one.get('program')}（{one.get('semester') or '没写学期'}）"
            for one in said_of(file).standing("aid")
        ]
        return {
            **super().known(db, file),
            "county": "、".join(dict.fromkeys(filter(None, map(county_of_address, households_of(file)))))
            or None,
            "guardian_phone": family_phone(file, FAMILY) or guardian_of(file)[1],
            "former_school": file.answer("from_school"),
            "aid": "、".join(dict.fromkeys(aid)) or None,
        }


def child_comes_along(db: Database, file: ChildWithCases) -> str | None:
    """Tell the same of a child by facts first: a household elsewhere and a home here, a permit that holds, the group."""
    said = file.said
    permits = (one for one in said.standing("permit") if (one.get("until") or "9") >= said.day.isoformat())
    if any(permits) or _GROUP in said.words("group", "group_name"):
        return YES
    found = {outside_of_district(db, place) for place in said.words("household", "household_place")}
    if not found or _is_said(file):
        return comes_along(db, file)
    home = said.answer("residence", "residence")
    if home and outside_of_district(db, home):
        return NO
    return YES if found == {True} else NO if found == {False} else UNSURE


def households_of(file: CaseFile) -> list[str]:
    """Give every place of the household that stands, the believed first; a report's where no fact names one."""
    told = file.answer("household_place")
    return said_of(file).words("household", "household_place") or ([told] if told else [])


_OWN: Mapping[str, fields.Answer] = {
    "county": fields.Text(60, metadata=asked("户籍省市县", privacy=Privacy.OPEN, width=6.0)),
    "guardian_phone": fields.Phone(metadata=asked("监护人电话", privacy=Privacy.PERSONAL)),
    "former_school": fields.School(metadata=asked("原学校", privacy=Privacy.OPEN)),
    "aid": fields.Text(100, metadata=asked("资助", privacy=Privacy.OPEN, width=5.6, source=HOUSE)),
}
MIGRANT = case_ledger(
    "migrant",
    "随迁子女登记",
    (*CHILD, "county", "residence", "town", "guardian_phone", "permit_number", "former_school", "transfer_state",
     "aid", "remark", "row_key"),
    counted="跟着父母来上学的孩子，一人计一条；",
    base=_Migrant,
    own=_OWN,
    kinds=frozenset({"enrollment", "absence"}),
)  # fmt: skip
