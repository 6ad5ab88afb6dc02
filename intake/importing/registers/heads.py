"""Headers of registers as one line: of two lines joined, columns of the family named by whose they are, refused ones gone.

School rolls name a member of the family in many ways: 成员1姓名, 父亲电话, 监护人, a line 家庭成员1 above 姓名 and 关系, or 姓名
once more to the right of the child's. Here each becomes `member1_name` and the like; what stands below is left as it is, but
for columns that are never collected: their cells go before anybody reads a row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from intake.importing.registers.words import HeaderWords
from intake.importing.table import ListColumn, ListLine, ListSheet, header
from intake.language.patterns import regex

MEMBERS = ("member1", "member2", "member3", "member4", "father", "mother", "guardian")
"""Whose columns of the family may be."""
CHILDREN = ("child1", "child2", "child3")
"""The same for children whom the holder of a permit brought along."""
TITLES: Mapping[str, str] = {
    "member1": "成员1", "member2": "成员2", "member3": "成员3", "member4": "成员4", "father": "父亲", "mother": "母亲",
    "guardian": "监护人", "child1": "随行子女1", "child2": "随行子女2", "child3": "随行子女3",
}  # fmt: skip
MEMBER_LABELS: Mapping[str, str] = {
    "name": "姓名", "relation": "与学生关系", "phone": "联系电话", "guardian": "是否监护人",
}  # fmt: skip
"""What is read of a member of the family."""
CHILD_LABELS: Mapping[str, str] = {
    "name": "姓名", "id_number": "身份证号", "sex": "性别", "birth_date": "出生日期",
}  # fmt: skip
"""What is read of a child that came along."""
_WHO = {"父": "father", "爸": "father", "母": "mother", "妈": "mother"}
_MEMBER = regex(
    "(?:第?(?P<first>[一二三四1-4])?(?:家庭)?(?:主要)?(?:成员或监护人|成员|监护人|家长)(?:信息|情况)?(?P<number>[一二三四1-4])?(?:信息|情况)?"
    "|(?P<who>父亲?|母亲?|爸爸|妈妈)(?:信息|情况)?)(?:的|[.·-])?(?P<rest>.*)"
)
_CHILD = regex(
    "(?:随行|随迁|随同|同行|未成年)(?:未成年)?(?:子女|儿童|人员)(?:信息|情况)?(?P<number>[一二三1-3])?(?:的|[.·-])?(?P<rest>.*)"
)
_NUMBERS = {sign: number for number, signs in enumerate(("一1", "二2", "三3", "四4"), 1) for sign in signs}
_DEEPEST_CELL = 40
_NAME = "name"


@dataclass(slots=True)
class Heads:
    """The sheets of a list with plain headers, and what was dropped by law."""

    sheets: list[ListSheet]
    dropped: dict[str, None] = field(default_factory=dict)


def flattened(sheets: Sequence[ListSheet], words: HeaderWords) -> Heads:
    """Give the sheets with one line for each header, whose words `columns_of` knows."""
    done = Heads([])
    for sheet in sheets:
        lines, gone = list[ListLine](), frozenset[int]()
        for head, some in _walk(sheet.lines, words):
            if head is None:
                lines.append(_cleared(some[0], gone))
                continue
            gone = _refused(head, words, done)
            lines.append(replace(some[-1], cells=tuple(_named(head.texts, gone, words)), marks={}))
        done.sheets.append(replace(sheet, lines=tuple(lines)))
    return done


def without_refused(sheets: Sequence[ListSheet], words: HeaderWords) -> list[ListSheet]:
    """Give the sheets as they are, without the columns that are never collected: so may they be kept."""
    done = list[ListSheet]()
    for sheet in sheets:
        lines, gone = list[ListLine](), frozenset[int]()
        for head, some in _walk(sheet.lines, words):
            gone = _refused(head, words, Heads([])) if head else gone
            lines += [_cleared(line, gone) for line in some]
        done.append(replace(sheet, lines=tuple(lines)))
    return done


def without_refused_cells(sheets: Sequence[ListSheet], words: HeaderWords) -> list[ListSheet]:
    """Give the sheets as they may lie in the house: what stands below a header that is never collected is gone.

    The headers stay, so that whoever brought the list is told what was left. Above the first header of a sheet, or where
    there is none, a single word that is refused clears what stands below it.
    """
    done = list[ListSheet]()
    for sheet in sheets:
        lines, gone, begun = list[ListLine](), frozenset[int](), False
        for head, some in _walk(sheet.lines, words):
            if head:
                gone, begun = _refused(head, words, Heads([])), True
                lines += some
                continue
            own = frozenset() if begun else _refused(_Head(tuple(some[0].cells), 0, 1), words, Heads([]))
            lines.append(_cleared(some[0], gone - own))
            gone |= own
        done.append(replace(sheet, lines=tuple(lines)))
    return done


def columns_of(columns: Sequence[ListColumn], words: HeaderWords) -> tuple[ListColumn, ...]:
    """Give the columns of a list with every word that its header may have."""
    found = {one.key: list(one.words) for one in columns}
    for word, key in words.own.items():
        if key in found:
            found[key].append(word)
    return tuple(replace(one, words=tuple(dict.fromkeys(found[one.key]))) for one in columns)


def family_columns(groups: Sequence[str], labels: Mapping[str, str]) -> tuple[ListColumn, ...]:
    """Give the columns of the family: those of `labels`, for each of `groups`."""
    return tuple(
        ListColumn(f"{group}_{key}", f"{TITLES[group]}{label}")
        for group in groups
        for key, label in labels.items()
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """A header: the words of its columns joined, how many lines it has, and how many of them are above."""

    texts: tuple[str, ...]
    above: int
    deep: int


def _walk(lines: Sequence[ListLine], words: HeaderWords) -> Iterator[tuple[_Head | None, Sequence[ListLine]]]:
    """Give the lines one by one, those of a header together with what it says."""
    at, held = 0, list[ListLine]()
    while at < len(lines):
        # A line may turn out to be the upper half of a header: it waits for the next one.
        head = _head(lines, at, words)
        if head is None or not head.above:
            yield from ((None, [line]) for line in held)
            held = []
        if head is None:
            held, at = [lines[at]], at + 1
            continue
        yield head, [*held, *lines[at : at + head.deep]]
        held, at = [], at + head.deep
    yield from ((None, [line]) for line in held)


def _refused(head: _Head, words: HeaderWords, done: Heads) -> frozenset[int]:
    gone = frozenset(at for at, word in enumerate(head.texts) if words.is_refused(header(word)))
    for at in sorted(gone):
        plain = header(head.texts[at])
        done.dropped.setdefault(next(one for one in words.refused if one in plain))
    return gone


def _cleared(line: ListLine, gone: frozenset[int]) -> ListLine:
    if not gone or not any(at < len(line.cells) and line.cells[at] for at in gone):
        return line
    cells = tuple("" if at in gone else cell for at, cell in enumerate(line.cells))
    return replace(line, cells=cells, marks={at: mark for at, mark in line.marks.items() if at not in gone})


def _head(lines: Sequence[ListLine], at: int, words: HeaderWords) -> _Head | None:
    """Read a header that begins with its lowest line but one at `at`, or is the lowest itself."""
    line = lines[at]
    if not _heads(line, words):
        return None
    below = lines[at + 1] if at + 1 < len(lines) else None
    if below and _continues(line, below, words):
        return _Head(_joined(line, below), 0, 2)
    above = lines[at - 1] if at else None
    if above and _groups(above, words):
        return _Head(_joined(above, line), 1, 1)
    return _Head(tuple(line.cells), 0, 1)


def _heads(line: ListLine, words: HeaderWords) -> bool:
    """Tell whether a line is a header, or the upper one of two: the child's name and something else that is asked for."""
    if not words.names.search("\n".join(line.cells)):
        return False
    keys = {key for cell in line.cells if _may_head(cell) and (key := words.own.get(header(cell)))}
    return _NAME in keys and len(keys) > 1


def _may_head(cell: str) -> bool:
    return bool(cell) and len(cell) <= _DEEPEST_CELL and not cell.isascii()


def _continues(line: ListLine, below: ListLine, words: HeaderWords) -> bool:
    """Tell whether the line below a header belongs to it: each of its cells is a word of a header."""
    said = [(at, cell) for at, cell in enumerate(below.cells) if cell]
    if len({cell for _, cell in said}) < 2 or any(not _may_head(cell) for _, cell in said):
        return False
    own = [(at, cell) for at, cell in said if at >= len(line.cells) or cell != line.cells[at]]
    known = [cell for _, cell in own if _is_word(header(cell), words)]
    return bool(own) and 2 * len(known) > len(own)


def _groups(above: ListLine, words: HeaderWords) -> bool:
    """Tell whether a line stands over a header and divides it: 学生基本信息 | 家庭成员1 | 家庭成员2."""
    said = {cell for cell in above.cells if cell}
    family = any(_prefix(header(cell)) for cell in said if _may_head(cell))
    return family and len(said) > 1 and all(map(_may_head, said)) and not _heads(above, words)


def _is_word(word: str, words: HeaderWords) -> bool:
    return word in words.own or word in words.members or word in words.companions or words.is_refused(word)


def _joined(above: ListLine, below: ListLine) -> tuple[str, ...]:
    """Join two lines of a header: what stands over several columns goes before those of the family, and is no word of others."""
    texts, group = [], ""
    for at in range(max(len(above.cells), len(below.cells))):
        upper = above.cells[at] if at < len(above.cells) else ""
        lower = below.cells[at] if at < len(below.cells) else ""
        group = upper or (group if lower else "")
        if not lower or lower == upper:
            texts.append(upper)
        else:
            texts.append(f"{group}{lower}" if group and _prefix(header(group)) else lower)
    return tuple(texts)


def _named(texts: Sequence[str], gone: frozenset[int], words: HeaderWords) -> Iterator[str]:
    """Name the columns of a header: a child's as they are, those of the family by whose they are.

    What is only said of the family (与学生关系) is of whom the column before it is.
    """
    taken, repeated, group = dict[str, int](), 0, ""
    for at, text in enumerate(texts):
        word = header(text)
        if at in gone or not word:
            yield ""
            continue
        own = words.own.get(word)
        if own == _NAME and taken.get(_NAME) and texts[at - 1] != text:
            repeated += 1
        if repeated and (word in words.members or word in words.own):
            yield _title(f"member{min(repeated, 4)}", words.members.get(word, ""), word)
            continue
        taken[own or word] = taken.get(own or word, 0) + 1
        if not own:
            group, key, said = _of_family(word, words, taken, group)
        yield text if own or not key else _title(group, key, said)


def _of_family(word: str, words: HeaderWords, taken: dict[str, int], group: str) -> tuple[str, str, str]:
    """Tell whose a column of the family is, what of it, in which word; `group` is whose the one before it is."""
    for pattern, known in ((_MEMBER, words.members), (_CHILD, words.companions)):
        found = pattern.fullmatch(word) if known else None
        key = (known.get(found["rest"], "") if found["rest"] else _NAME) if found else ""
        if found and key:
            return _nth(_prefix(word), key, taken), key, found["rest"]
    key = words.members.get(word, "") or words.companions.get(word, "")
    return group, key if group else "", word


def _title(group: str, key: str, word: str) -> str:
    """Give the header of a column of the family; of one that nobody reads it is told that it was not used."""
    return f"{TITLES[group]}{MEMBER_LABELS.get(key) or CHILD_LABELS.get(key) or word}"


def _nth(group: str, key: str, taken: dict[str, int]) -> str:
    """Count those of the family who stand without a number: the second 监护人姓名 is another one's."""
    taken[f"{group} {key}"] = taken.get(f"{group} {key}", 0) + 1
    again = taken[f"{group} {key}"]
    return f"member{min(again, 4)}" if group == "guardian" and again > 1 else group


def _prefix(word: str) -> str:
    """Give whose a column is by its first words, or nothing: member1, father, child2."""
    if found := _CHILD.match(word):
        return f"child{_NUMBERS[found['number']] if found['number'] else 1}"
    found = _MEMBER.match(word)
    if not found:
        return ""
    if found["who"]:
        return _WHO[found["who"][0]]
    number = found["number"] or found["first"]
    return f"member{_NUMBERS[number]}" if number else "guardian"
