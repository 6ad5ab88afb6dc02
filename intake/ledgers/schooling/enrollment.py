"""新生入学登记表: who starts school or comes from another one, where to, and whether they have come."""

from collections.abc import Mapping
from typing import Any

from intake import fields
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.of_cases import CaseLedger, case_ledger
from intake.ledgers.schooling.away import parents_away
from intake.ledgers.schooling.migrant import comes_along
from intake.ledgers.schooling.of_children import BY_PLACE, LASTING
from intake.store.db import Database


class _Enrollment(CaseLedger):
    """Its rows."""

    which = LASTING
    order = BY_PLACE

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Say whether the child comes along with parents who work here, and whether they are away."""
        return {"migrant": comes_along(db, file), "parents_away": parents_away(file)}


_OWN: Mapping[str, fields.Answer] = {
    "id_type": fields.Choice("id_type", metadata=asked("证件类型", privacy=Privacy.OPEN)),
    "id_number": fields.IdNumber(metadata=asked("证件号", privacy=Privacy.SENSITIVE)),
    "relation": fields.Choice("relation", metadata=asked("关系", privacy=Privacy.OPEN)),
    "phone": fields.Phone(metadata=asked("电话", privacy=Privacy.PERSONAL)),
    "boards": fields.Choice("yes_no", metadata=asked("是否寄宿", privacy=Privacy.OPEN)),
    "migrant": fields.Choice(
        ("是", "否", "待核实"), metadata=asked("是否随迁", privacy=Privacy.OPEN, source=HOUSE)
    ),
    "parents_away": fields.Text(20, metadata=asked("父母外出情况", privacy=Privacy.PERSONAL, source=HOUSE)),
}
ENROLLMENT = case_ledger(
    "enrollment",
    "新生入学登记表",
    ("child_name", "sex", "ethnic", "birth_date", "id_type", "id_number", "household_place", "residence", "town", "entry",
     "basis", "guardian_name", "relation", "phone", "boards", "migrant", "parents_away", "assigned_school", "arrival",
     "remark", "row_key"),
    kind="enrollment",
    base=_Enrollment,
    filed_as="入学登记",
    own=_OWN,
)  # fmt: skip
