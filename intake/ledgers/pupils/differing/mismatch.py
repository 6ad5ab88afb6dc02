"""人籍不符表: who is registered and sits nowhere, who sits and is not registered, who stands twice, who is told otherwise."""

from collections.abc import Mapping
from typing import Any

from intake.ledgers.pupils.differing.of_differences import PUPIL, DifferenceLedger, difference_ledger
from intake.ledgers.pupils.differing.silent_lists import MISMATCH_SILENT
from intake.ledgers.pupils.pupil_rows import PupilRow
from intake.school.differences.difference import DROPPED, MISMATCH, REGISTERED_ONLY, SHEETS, XUEJI, Difference

_NOWHERE = f"d.sheet = '{XUEJI}' AND d.problem = '{DROPPED}' AND c.class IS NULL"
"""Who is registered and sits nowhere is one duty, whichever of the two sheets it is read in."""


class _Mismatch(DifferenceLedger):
    def known(self, one: Difference, row: PupilRow) -> Mapping[str, Any]:
        """Call who is registered and sits nowhere what the sheet calls it."""
        return {"problem": REGISTERED_ONLY} if one.sheet == XUEJI else {}


MISMATCH_SHEET = difference_ledger(
    MISMATCH, SHEETS[MISMATCH], f"d.sheet = '{MISMATCH}' OR ({_NOWHERE})", (*PUPIL, "problem", "items", "here", "there"),
    base=_Mismatch, tab="人籍不符",
    counted="有籍无人、有人无籍、重复、信息不一致，一个孩子一个问题计一条；",
    sheets=(MISMATCH_SILENT,),
)  # fmt: skip
