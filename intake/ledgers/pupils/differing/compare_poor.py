"""辍学↔脱贫户库 = 脱贫户辍学: whoever the two other sheets name, or a case of dropout, of a household that was poor."""

from collections.abc import Mapping
from typing import Any

from intake.children.listed import POOR as LISTING
from intake.ledgers.pupils.differing.of_differences import DifferenceLedger, difference_ledger
from intake.ledgers.pupils.pupil_rows import PupilRow
from intake.school.differences.difference import (
    DROPPED,
    HUJI,
    OUT_OF_SCHOOL,
    POOR,
    POOR_DROPPED,
    SHEETS,
    XUEJI,
    Difference,
)

_POOR = f"EXISTS (SELECT 1 FROM listed p WHERE p.child = d.child AND p.listing = '{LISTING}' AND p.gone_at IS NULL)"  # noqa: S608
_OUT = f"d.sheet IN ('{HUJI}', '{XUEJI}') AND d.problem IN ('{OUT_OF_SCHOOL}', '{DROPPED}') AND {_POOR}"


class _ComparePoor(DifferenceLedger):
    def known(self, one: Difference, row: PupilRow) -> Mapping[str, Any]:
        """Call all of them what the sheet calls them."""
        return {"problem": POOR_DROPPED, "standing": one.problem}


COMPARE_POOR = difference_ledger(
    POOR, SHEETS[POOR], f"d.sheet = '{POOR}' OR ({_OUT})",
    ("town", "village", "poor_number", "poor_head", "child_name", "sex", "birth_date", "id_number", "school", "grade",
     "problem", "standing"),
    base=_ComparePoor, tab="辍学与脱贫户", counted="上面两张比对表里的、或者个案里辍学的脱贫户孩子，一人计一条；",
)  # fmt: skip
