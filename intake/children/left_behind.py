"""Whether a child is left behind (留守), by each definition in force: pure functions of what is known of its parents.

A flag says 是 or 否 only where the facts suffice and agree; otherwise 待核实, and why. The facts are kept, the flags never.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

YES, NO, UNSURE = "是", "否", "待核实"
GROUP = "留守"
"""What somebody ticks of a child, or a list says, that is left behind: which parent is away it does not tell."""
RURAL, URBAN = "农业户口", "非农业户口"
"""居民户口 and 集体户口 no longer tell which of both it is."""
GROWN = 16
SCHOOL_MONTHS, CIVIL_MONTHS = 3, 6
"""Months away from which a child counts, by 学籍 and by the definition of 2024."""
SIDES: Mapping[str, str] = {"father": "父亲", "mother": "母亲"}


@dataclass(frozen=True, slots=True)
class ParentAway:
    """One parent: whether away (是, 否; nothing where nobody said), since which month, where, and when that was told.

    `unable` is whether it cannot look after the child, `outside` whether its work is across the district's border, as far
    as the place says. `weight` is that of its source, `ended` tells that the word stands no more and only lends what later
    ones leave open. `others` are words that stand beside and say otherwise.
    """

    away: str = ""
    since: str = ""
    place: str = ""
    told_at: str = ""
    unable: str = ""
    outside: bool | None = None
    weight: int = 1
    ended: bool = False
    others: tuple["ParentAway", ...] = ()

    @property
    def words(self) -> tuple["ParentAway", ...]:
        """Give everything that stands, the believed first."""
        return self, *self.others

    def agreed(self, asks: Callable[["ParentAway"], bool | None]) -> bool | None:
        """Ask all words the same; None where they do not agree, or do not know."""
        found = {asks(one) for one in self.words}
        return found.pop() if len(found) == 1 else None

    @property
    def doubted(self) -> bool:
        """Tell whether two words stand of which one says that it is away and one that it is not."""
        return len({one.away for one in self.words if one.away}) > 1


@dataclass(frozen=True, slots=True)
class AwayFacts:
    """What is known of both parents; `hints` are when, and with which weight, something else said it of the child."""

    father: ParentAway
    mother: ParentAway
    hints: tuple[tuple[str, int], ...] = ()

    @property
    def parents(self) -> tuple[ParentAway, ParentAway]:
        """Give both."""
        return self.father, self.mother

    @property
    def left_behind(self) -> bool:
        """Tell whether the child belongs on the list: some word says that a parent is away, or it was hinted.

        A hint is gone where words that weigh as much said later of both parents that they are not.
        """
        if any(word.away == YES for one in self.parents for word in one.words):
            return True
        if not all(one.away == NO for one in self.parents):
            return bool(self.hints)
        at, weight = max(one.told_at for one in self.parents), min(one.weight for one in self.parents)
        return any(hinted > at or heavy > weight for hinted, heavy in self.hints)


def parent_of(words: Iterable[ParentAway]) -> ParentAway:
    """Put together what was said of one parent: a later word ends those that weigh no more.

    Month and place hold as long as no word between says that the parent was here, and are filled in from others that
    say it is away as well.
    """
    standing: list[ParentAway] = []
    for word in sorted(words, key=lambda one: one.told_at):
        ended = [one for one in standing if one.weight <= word.weight]
        standing = [one for one in standing if one.weight > word.weight]
        standing.append(_filled(word, ended))
    standing = [one for one in standing if not one.ended]
    standing.sort(key=lambda one: (one.weight, one.told_at), reverse=True)
    filled = [_filled(one, [other for other in standing if other is not one]) for one in standing]
    if not filled:
        return ParentAway()
    different = {_says(one): one for one in reversed(filled)}
    others = [one for one in filled[1:] if different[_says(one)] is one]
    return replace(filled[0], others=tuple(others))


def _says(word: ParentAway) -> tuple[str, ...]:
    return word.away, word.since, word.place, word.unable


def _filled(word: ParentAway, beside: Sequence[ParentAway]) -> ParentAway:
    """Fill in what a word leaves open from others, the newest first; month and place from those that say away as well."""
    for other in sorted(beside, key=lambda one: (one.weight, one.told_at), reverse=True):
        word = replace(word, away=word.away or other.away, unable=word.unable or other.unable)
        if word.away == YES == other.away:
            where = word if word.place else other
            since = word.since or other.since
            word = replace(word, since=since, place=where.place, outside=where.outside)
    return word


@dataclass(frozen=True, slots=True)
class LeftBehindFlag:
    """What a definition makes of the facts: 是, 否 or 待核实, and then what is missing or contradicts."""

    word: str
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definitions:
    """The flags of one child on one day."""

    schools: LeftBehindFlag
    civil_2016: LeftBehindFlag
    civil_2024: LeftBehindFlag

    @property
    def civil_affairs(self) -> str:
        """Say what 民政 counts, by both definitions in force, where these differ."""
        first, second = self.civil_2016.word, self.civil_2024.word
        return first if first == second else f"2016：{first}；2024：{second}"


def definitions_of(
    facts: AwayFacts, birth_date: str, household_types: Collection[str], day: date
) -> Definitions:
    """Derive every flag as of a day; `household_types` are all words on it that stand.

    学籍: a parent away for three months and longer. 2016 (国发〔2016〕13号): under 16, of a rural household, both parents
    away, or one and the other cannot look after the child. 2024: under 16, both across the county's border for six
    months and longer.
    """
    young, rural = _under(birth_date, day), _rural(household_types)
    age = [] if birth_date else ["不知道出生日期"]
    home = [] if rural is not None else [_of_household(household_types)]
    return Definitions(
        _flag(_by_schools(facts, day), [*_missing(facts, day, SCHOOL_MONTHS, place=False)]),
        _flag(all_of((young, rural, _by_2016(facts))), [*age, *home, *_unlooked(facts)]),
        _flag(
            all_of((young, *(_across(one, day) for one in facts.parents))),
            [*age, *_missing(facts, day, CIVIL_MONTHS, place=True)],
        ),
    )


def by_schools(facts: AwayFacts, day: date) -> str:
    """Say whether a child is left behind as 学籍 counts: a parent away for three months and longer."""
    return _word(_by_schools(facts, day))


def doubts_of(facts: AwayFacts) -> list[str]:
    """Say of which parents two words stand that contradict each other."""
    return [f"{name}是否外出有两种说法" for name, one in _named(facts) if one.doubted]


def _by_schools(facts: AwayFacts, day: date) -> bool | None:
    return any_of(_long(one, day, SCHOOL_MONTHS) for one in facts.parents)


def _by_2016(facts: AwayFacts) -> bool | None:
    father, mother = ((one.agreed(_is_away), one.agreed(_is_unable)) for one in facts.parents)
    return any_of((
        all_of((father[0], mother[0])), all_of((father[0], mother[1])), all_of((father[1], mother[0])),
    ))  # fmt: skip


def _is_away(one: ParentAway) -> bool | None:
    return {YES: True, NO: False}.get(one.away)


def _is_unable(one: ParentAway) -> bool | None:
    return {YES: True, NO: False}.get(one.unable)


def _across(one: ParentAway, day: date) -> bool | None:
    def asks(word: ParentAway) -> bool | None:
        long = _for_months(word, day, CIVIL_MONTHS)
        return all_of((long, word.outside)) if word.away == YES else long

    return one.agreed(asks)


def _long(one: ParentAway, day: date, months: int) -> bool | None:
    return one.agreed(lambda word: _for_months(word, day, months))


def _for_months(one: ParentAway, day: date, months: int) -> bool | None:
    if one.away != YES:
        return False if one.away == NO else None
    if not one.since:
        return None
    year, month = map(int, one.since.split("-")[:2])
    return (day.year - year) * 12 + day.month - month >= months


def _under(born: str, day: date) -> bool | None:
    if not born:
        return None
    was = date.fromisoformat(born)
    return day.year - was.year - ((day.month, day.day) < (was.month, was.day)) < GROWN


def _rural(types: Collection[str]) -> bool | None:
    found = {{RURAL: True, URBAN: False}.get(one) for one in types}
    return found.pop() if len(found) == 1 else None


def _of_household(types: Collection[str]) -> str:
    if len(set(types)) > 1:
        return "户口性质有两种说法"
    return "户口性质看不出是不是农村" if types else "不知道户口性质"


def _missing(facts: AwayFacts, day: date, months: int, *, place: bool) -> Iterator[str]:
    """Say what of the parents is not known that a definition by months, or by place as well, asks for."""
    for name, one in _named(facts):
        if one.doubted:
            yield f"{name}是否外出有两种说法"
        elif not one.away:
            yield f"不知道{name}是否外出"
        elif one.away == YES and _long(one, day, months) is None:
            yield f"{name}外出的年月有两种说法" if one.others else f"不知道{name}从哪个月起外出"
        elif place and one.away == YES and _across(one, day) is None:
            yield f"看不出{name}务工的地方在不在本区"


def _unlooked(facts: AwayFacts) -> Iterator[str]:
    """Say what the definition of 2016 asks of the parents that is not known."""
    away = [one.agreed(_is_away) for one in facts.parents]
    for (name, one), other in zip(_named(facts), reversed(away), strict=True):
        if one.doubted:
            yield f"{name}是否外出有两种说法"
        elif not one.away:
            yield f"不知道{name}是否外出"
        elif one.away == NO and other and one.agreed(_is_unable) is None:
            yield f"不知道{name}能不能照看孩子"


def _named(facts: AwayFacts) -> Iterator[tuple[str, ParentAway]]:
    return zip(SIDES.values(), facts.parents, strict=True)


def _flag(known: bool | None, missing: Sequence[str]) -> LeftBehindFlag:
    return LeftBehindFlag(_word(known), tuple(missing) if known is None else ())


def any_of(parts: Iterable[bool | None]) -> bool | None:
    """Tell whether one of several holds, where some are unknown."""
    return _folded(parts, True)


def all_of(parts: Iterable[bool | None]) -> bool | None:
    """Tell whether all of several hold, where some are unknown."""
    return _folded(parts, False)


def _folded(parts: Iterable[bool | None], decides: bool) -> bool | None:
    known = list(parts)
    return decides if decides in known else None if None in known else not decides


def _word(known: bool | None) -> str:
    return UNSURE if known is None else YES if known else NO
