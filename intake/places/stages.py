"""学段: which grades a school of a stage has; of a school whose stage nobody told any."""

from intake.store.db import Database

PRIMARY, MIDDLE = "小学", "初中"
_MIDDLE_GRADES = frozenset("七八九")


def has_grade(stage: str, grade: str) -> bool:
    """Tell whether a school of a stage has a grade."""
    middle = grade[:1] in _MIDDLE_GRADES
    return not (stage == PRIMARY and middle) and not (stage == MIDDLE and not middle)


def stage_of_school(db: Database, code: str) -> str:
    """Give the stage of a school of ours; nothing where it is none."""
    row = db.one("SELECT stage FROM schools WHERE code = ?", (code,))
    return str(row["stage"] or "") if row else ""
