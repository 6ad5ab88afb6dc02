"""Which school and class a row means: by its columns, else by the title or the name of its sheet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from intake.errors import Refused
from intake.importing.outcome import Options, Outcome
from intake.language import spoken, text
from intake.language.patterns import regex
from intake.language.spoken import GRADES
from intake.places.place_words import as_key
from intake.places.places import Place, Places
from intake.places.stages import has_grade
from intake.store.db import Database

Layers = Sequence[Sequence[str]]
"""Titles, the nearest first: see ListTable."""
_SHORT = regex(rf"([{GRADES}])[.·-]?([0-9]{{1,2}})班?|([1-9])[.·-]([0-9]{{1,2}})班?|0?([1-9])0([1-9])班?")
_COHORT = regex(r"(?<![0-9])(?:20)?([0-9]{2})级")
_YEAR = regex("20[0-9]{2}")
"""What stands below 年级 where a school names its grades by the year of entering."""
_TITLED = regex(
    rf"(?<![0-9])(?:(?:初[一二三123]|[{GRADES}1-9]年级?|20[0-9]{{2}}级)[(（]?[0-9{GRADES}十]{{1,3}}[)）]?班"
    rf"|[{GRADES}1-9][(（][0-9{GRADES}十]{{1,2}}[)）]班?|[{GRADES}][0-9]{{1,2}}班)"
)
_TITLED_GRADE = regex(rf"初[一二三]|(?<![0-9])(?:[{GRADES}1-9]年级|20[0-9]{{2}}级)")
_BARE = regex(rf"(?<![0-9{GRADES}])[(（]?[0-9{GRADES}十]{{1,3}}[)）]?班(?!级|主任)")
_SCHOOLS = regex("小学|中学|[一二三四五六七八九十]中|学校|幼儿园|教学点")
_ELSEWHERE = regex(f"{_SCHOOLS.pattern}|班(?!级|主任)")
_OTHER_STAGES = regex("幼儿园|幼教|学前|大班|中班|小班|托班|高[一二三123]|高中|职业|职高|中专|技校|大学")
_OURS = regex("完全中学|完中|初中|小学|九年|十二年|一贯")
_NEW_YEAR = 8
"""In August schools make the lists of the coming year."""


@dataclass(slots=True)
class Finder:
    """Finds schools by what lists call them, and notes once what it read otherwise than written."""

    places: Places
    stages: dict[str, str]
    today: date
    outcome: Outcome
    options: Options
    _found: dict[tuple[str, str], Place | str] = field(default_factory=dict)
    _classes: dict[tuple[str, str, str], tuple[str, str] | Refused] = field(default_factory=dict)

    @classmethod
    def of(cls, db: Database, places: Places, outcome: Outcome, options: Options) -> "Finder":
        """Make one for a list."""
        stages = {row["code"]: row["stage"] for row in db.all("SELECT code, stage FROM schools")}
        return cls(places, stages, db.today(), outcome, options)

    def school(self, said: str, town: str = "", key: str = "school") -> Place:
        """Give the school that is meant in a column. Raises Refused."""
        if (said, town) not in self._found:
            self._found[said, town] = self._look(said, town)
        found = self._found[said, town]
        if isinstance(found, str):
            raise Refused(found, key)
        return found

    def usual_school(self, titles: Layers, usual: Place | None) -> Place:
        """Give the school of rows that name none: the one chosen, else that of the title. Raises Refused."""
        titled = self.titled_school(titles)
        if usual and titled and titled.code != usual.code:
            raise Refused(
                f"标题写的是{titled.name}，选的学校是{usual.name}，对不上。请核对，或者给每一行写上学校。"
            )
        if found := usual or titled:
            return found
        how = "上传时选这所学校" if self.options.by else "加 --school 学校名"
        raise Refused(f"请写学校；整个名单是一所学校的，可以{how}。")

    def _look(self, said: str, town: str) -> Place | str:
        found = self.places.school(said, town or None)
        if found.place is None:
            names = "、".join(f"{one.name}（{one.code}）" for one in found.candidates)
            return f"不能确定是哪所学校，请写全名或标识码：{names}" if names else "学校名单里没有这所学校。"
        one = found.place
        if as_key(said) not in map(as_key, (one.name, one.code, *one.aliases)):
            self.outcome.notes.append(f"“{said}”读作“{one.name}”。")
        return one

    def titled_school(self, titles: Layers) -> Place | None:
        """Find the one school whose name stands in the nearest title that names any; one we do not know is none."""
        for layer in titles:
            if found := self._named(layer):
                return found.pop() if len(found) == 1 else None
            if names_school(layer):
                return None
        return None

    def _named(self, layer: Sequence[str]) -> set[Place]:
        heads = [as_key(title) for title in layer]
        hits = [
            (len(name), school)
            for school in self.places.schools()
            for name in map(as_key, (school.name, *school.aliases))
            if len(name) >= 4 and any(name in head for head in heads)
        ]
        longest = max((length for length, _ in hits), default=0)
        return {school for length, school in hits if length == longest}

    def klass(self, school: Place, grade: str, name: str) -> tuple[str, str]:
        """Read a class from its columns: 三年级 + 2, or 三年级2班, 三(2)班, 3.2, 2023级2班. Raises Refused."""
        key = (school.code, grade, name)  # the same for all children of a class
        if key not in self._classes:
            try:
                self._classes[key] = self._klass(school, grade, name)
            except Refused as no:
                self._classes[key] = no
        found = self._classes[key]
        if isinstance(found, Refused):
            raise Refused(str(found), found.field)
        return found

    def _klass(self, school: Place, grade: str, name: str) -> tuple[str, str]:
        stage = self.stages.get(school.code, "")
        name = _SHORT.sub(_spelt, name) if _SHORT.fullmatch(name) else name
        grade = f"{grade}级" if _YEAR.fullmatch(grade) else grade
        grade, name = self._by_year(grade, stage), self._by_year(name, stage)
        years = {year for year in (spoken.grade(grade), spoken.grade(name) if tells(name) else None) if year}
        if grade and not spoken.grade(grade):
            raise Refused(f"年级“{grade}”没有看懂，请写成“三年级”。", "grade")
        if len(years) > 1:
            raise Refused("年级和班级对不上。", "class_name")
        number = spoken.class_name(name)
        if not years or not number:
            raise Refused(
                "请写班级，例如：三年级2班。" if not name else f"班级“{name}”没有看懂，请写成“三年级2班”。",
                "class_name",
            )
        year = years.pop()
        if not has_grade(stage, year):
            raise Refused(f"{school.name}是{stage}，没有{year}。", "grade")
        return year, number

    def _by_year(self, said: str, stage: str) -> str:
        """Turn 2023级 into the school year it is in now; who entered a school of nine years when is not known."""
        cohort = _COHORT.search(said)
        if not cohort or stage not in ("小学", "初中"):
            return said
        begun = self.today.year if self.today.month >= _NEW_YEAR else self.today.year - 1
        year = begun - 2000 - int(cohort[1]) + (7 if stage == "初中" else 1)
        return said.replace(cohort[0], f"{GRADES[year - 1]}年级") if 1 <= year <= 9 else said


def titled_class(titles: Layers) -> str:
    """Find the class that stands in the nearest title that names any, or give an empty text.

    Beyond a title that names another school, or a class that is not understood, nobody looks.
    """
    for layer in titles:
        for pattern in (_TITLED, _BARE):
            if hits := _hits(pattern, layer):
                return hits.pop() if len({_class_key(one) for one in hits}) == 1 else ""
        if _ELSEWHERE.search("".join(layer)):
            return ""
    return ""


def _class_key(said: str) -> tuple[str, str]:
    """Give by what two ways to write one class are equal: 三年2班 on the tab of a sheet, 三年级2班 in its title."""
    name = _SHORT.sub(_spelt, said) if _SHORT.fullmatch(said) else said
    grade = spoken.grade(name) if tells(name) else None
    return grade or "", spoken.class_name(name) or said


def titled_grade(titles: Layers) -> str:
    """Find the school year that stands in the nearest title that names any, or give an empty text."""
    for layer in titles:
        if hits := _hits(_TITLED_GRADE, layer):
            return hits.pop() if len({spoken.grade(one) or one for one in hits}) == 1 else ""
        if names_school(layer):
            return ""
    return ""


def names_school(layer: Sequence[str]) -> bool:
    """Tell whether a title speaks of a school, whichever."""
    return bool(_SCHOOLS.search("".join(layer)))


def _hits(pattern: re.Pattern[str], layer: Sequence[str]) -> set[str]:
    return {match[0] for title in layer for match in pattern.finditer(text.normalise(title).replace(" ", ""))}


@lru_cache(maxsize=4096)
def other_stage(*said: str) -> bool:
    """Tell whether a grade, class or school is of a stage that is not ours: 幼儿园, 高中, 职业学校."""
    return any(_OTHER_STAGES.search(one) and not _OURS.search(one) for one in said)


@lru_cache(maxsize=4096)
def our_stage(said: str) -> bool:
    """Tell whether a grade or class names one of the nine years."""
    return spoken.grade(said) is not None


def tells(name: str) -> bool:
    """Tell whether a class cell holds its grade, too: 2 alone is a class."""
    return not re.fullmatch(rf"[第(（]?[0-9{GRADES}十]{{1,3}}[)）]?班?", name)


def _spelt(match: re.Match[str]) -> str:
    year, number = (one for one in match.groups() if one)
    return f"{year}年级{number}班"
