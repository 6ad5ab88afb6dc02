"""学籍↔在校学生 = 辍学: registered and on no roll, or absent for long; with the class of 在籍不在校."""

from intake.ledgers.pupils.differing.of_differences import PUPIL, difference_ledger
from intake.ledgers.pupils.differing.silent_lists import XUEJI_SILENT
from intake.school.differences.difference import SHEETS, XUEJI

COMPARE_XUEJI = difference_ledger(
    XUEJI, SHEETS[XUEJI], f"d.sheet = '{XUEJI}'", (*PUPIL, "standing", "schooling_now"),
    tab="学籍与在校学生", counted="有学籍、不在学校名单上或者长期不到校的学生，一人计一条；", sheets=(XUEJI_SILENT,),
)  # fmt: skip
