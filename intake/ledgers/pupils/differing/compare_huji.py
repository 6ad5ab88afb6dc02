"""户籍↔学籍 = 适龄失学: children of school age by the household, in no 学籍 and on no roll, whom nothing explains."""

from intake.ledgers.pupils.differing.of_differences import difference_ledger
from intake.ledgers.pupils.differing.silent_lists import HUJI_SILENT
from intake.school.differences.difference import HUJI, SHEETS

COMPARE_HUJI = difference_ledger(
    HUJI, SHEETS[HUJI], f"d.sheet = '{HUJI}'",
    ("town", "village", "head", "child_name", "sex", "birth_date", "id_number", "present", "schooling_now", "problem"),
    tab="户籍与学籍", counted="户籍名单上有、学籍和学校名单上都没有、也没有说明去向的适龄儿童，一人计一条；",
    sheets=(HUJI_SILENT,),
)  # fmt: skip
