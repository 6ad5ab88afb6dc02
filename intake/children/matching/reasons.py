"""What is alike of what was said and what is known of a child, and what is not: by key, with the words for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.children.matching import alike

SAME_ID, OTHER_ID, SAME_PUPIL, OTHER_PUPIL = "same_id", "other_id", "same_pupil_number", "other_pupil_number"
SAME_PHONE, OTHER_PHONE, SAME_GUARDIAN = "same_phone", "other_phone", "same_guardian"
SAME_CLASS, SAME_GRADE, SAME_SCHOOL, OTHER_CLASS, OTHER_SCHOOL = (
    "same_class", "same_grade", "same_school", "other_class", "other_school",
)  # fmt: skip
SAME_SEX, OTHER_SEX, SAME_VILLAGE, SAME_TOWN, ONLY_ONE, NAMESAKES = (
    "same_sex", "other_sex", "same_village", "same_town", "only_one", "namesakes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MatchReason:
    """A reason: how people read it, whether it speaks for one child, and what it counts."""

    words: str
    alike: bool
    weight: int


REASONS: Mapping[str, MatchReason] = {
    alike.SAME: MatchReason("同名", True, 45),
    alike.SPELLING: MatchReason("同名，写法不同", True, 44),
    alike.SOUND: MatchReason("名字同音", True, 36),
    alike.LOOKS: MatchReason("名字字形相近", True, 34),
    alike.SWAPPED: MatchReason("名字的字颠倒了", True, 33),
    alike.SIGN: MatchReason("名字差一个字", True, 26),
    alike.PART: MatchReason("只说了名字的一部分", True, 24),
    alike.OTHER: MatchReason("名字不同", False, -15),
    SAME_ID: MatchReason("证件号相同", True, 80),
    OTHER_ID: MatchReason("证件号不同", False, -40),
    SAME_PUPIL: MatchReason("学籍号相同", True, 80),
    OTHER_PUPIL: MatchReason("学籍号不同", False, -25),
    alike.SAME_BIRTH: MatchReason("出生日期相同", True, 35),
    alike.NEAR_BIRTH: MatchReason("出生日期差一位", True, 18),
    alike.SWAPPED_BIRTH: MatchReason("出生日期月日颠倒", True, 22),
    alike.OTHER_BIRTH: MatchReason("出生日期不同", False, -25),
    SAME_PHONE: MatchReason("同电话", True, 32),
    OTHER_PHONE: MatchReason("电话不同", False, -3),
    SAME_GUARDIAN: MatchReason("监护人同名", True, 18),
    SAME_CLASS: MatchReason("同班", True, 32),
    SAME_GRADE: MatchReason("同校同年级", True, 24),
    SAME_SCHOOL: MatchReason("同校", True, 15),
    OTHER_CLASS: MatchReason("年级不同", False, -8),
    OTHER_SCHOOL: MatchReason("学校不同", False, -8),
    SAME_SEX: MatchReason("性别相同", True, 2),
    OTHER_SEX: MatchReason("性别不同", False, -20),
    SAME_VILLAGE: MatchReason("同村", True, 8),
    SAME_TOWN: MatchReason("同镇街", True, 4),
    ONLY_ONE: MatchReason("全区只有一个叫这个名字的", True, 8),
    NAMESAKES: MatchReason("还有同名同班的", False, -4),
}  # fmt: skip
"""In the order in which they are told."""


def reason_words(keys: Sequence[str]) -> str:
    """Say reasons in a line, what is alike first: 同名、同班；出生日期不同."""
    for_it = "、".join(REASONS[key].words for key in keys if key in REASONS and REASONS[key].alike)
    against = "、".join(REASONS[key].words for key in keys if key in REASONS and not REASONS[key].alike)
    return "；".join(filter(None, (for_it, against)))
