"""Find the labels of code lists inside a message: hardship, program, needs, and the reason for what it is about.

The lists' own words are looked up from each character on, where they are clear inside a sentence; patterns know
the ways of saying it that have gaps. Words before and behind may take a label back.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import islice

from bot.understanding.facts import listed_words as words
from bot.understanding.facts.found import Fact, cover
from intake import codes
from intake.language.patterns import regex

_LISTS = (("hardship", "hardship"), ("program", "program"), ("needs", "boarding_need"))
_MOST = 30
"""Finds of one list in one message; it bounds the work on hostile text."""
_BEFORE, _BEHIND = 14, 10
_CLAUSE = 20
_BOARDERS_GRANT = "寄宿生生活补助"
_FORMERLY, _AFTERWARDS = 6, 30
_UNSURE = "不清楚"
_AND = regex("[、和或跟与及证户也]{1,3}")
_STOPS = regex("[，,。！？!?；;\n]")

_Hit = tuple[str, int, int]


def read_lists(text: str, today: date) -> Iterator[Fact]:
    """Find hardship, program and needs, one label each; what says a program says no need as well."""
    granted = False
    for key, name in _LISTS:
        hits = list(_labels(name, text, today))
        if key == "needs":
            hits = _wanted(hits, text, granted)
        granted = granted or any(label == _BOARDERS_GRANT for label, _, _ in hits)
        found = [Fact(key, [label], start, end) for label, start, end in hits]
        yield from found
        text = cover(text, found)


def read_absence_reason(text: str, today: date) -> Iterator[Fact]:
    """Find why a child does not come to school; one reason, as said first and of the child itself."""
    hits = [
        hit
        for hit in _labels("absence_reason", text, today)
        if not (words.HELPLESS.search(text, hit[1], hit[2] + 1) and not words.AWAY.search(text))
        and not (hit[0] in words.CHILDS_OWN and _of_grown_up(text, hit[1]))
        and not _dreamt_of(text, hit)
    ]
    disabled = any(label == "因残" for label, _, _ in hits)
    # A broken leg that left a disability is no illness any more.
    yield from _best([hit for hit in hits if not (disabled and hit[0] == "因病")], text)


def read_boarding_reason(text: str, today: date) -> Iterator[Fact]:
    """Find why a child needs a bed, a bus or a meal; a closed school is the cause of a long way."""
    hits = list(_labels("boarding_reason", text, today))
    closed = [hit for hit in hits if hit[0] == "学校撤并"]
    yield from _best(closed or hits, text)


def _wanted(hits: list[_Hit], text: str, granted: bool) -> list[_Hit]:
    """Leave out beds that children have or do without, and of a bus and a line to school what only explains."""
    said = {label for label, _, _ in hits}
    paid = words.GRANT.search(text) is not None
    kept = []
    for label, start, end in hits:
        before = text[max(0, start - _BEFORE) : start]
        if label == "寄宿":
            stays = granted or (paid and words.STAYS.search(before))
            has_bed = stays and "床" not in text[start:end]
            has_bed = has_bed or words.AT_GATE.match(text, start) is not None
            useless = has_bed and not words.ASKED.search(before[-6:] + text[start:end])
            useless = useless or bool(
                words.NOT_BOARDING.search(before)
                and words.BOARDING.match(text, start)
                and not words.PLACE_BEHIND.match(text, end)
            )
        elif label == "公交":
            useless = "校车" in said and words.NONE_THERE.search(before) is not None
        else:
            useless = label == "校车" and "公交" in said and "专线" in text[start:end]
        if not useless:
            kept.append((label, start, end))
    return kept


def _best(hits: list[_Hit], text: str) -> Iterator[Fact]:
    def rank(hit: _Hit) -> tuple[int, bool, int]:
        label, start, _ = hit
        weak = words.WEAK.get(label, int(words.HELPLESS.match(text, start) is not None))
        return weak, not words.BECAUSE.search(text[max(0, start - 8) : start]), start

    if hits:
        label, start, end = min(hits, key=rank)
        yield Fact("reason", label, start, end)


def _labels(name: str, text: str, today: date) -> Iterator[_Hit]:
    """Give every label that is said and not taken back, in the order of the text, without overlaps."""
    behind, denied = 0, -1
    hits = sorted(_hits(name, text, today), key=lambda hit: (hit[1], -hit[2]))
    sure = any(label != "其他" for label, _, _ in hits)
    for label, start, end in islice(hits, _MOST):
        if start < behind or (label == "其他" and sure and name == "hardship"):
            continue
        behind = end
        before = text[max(0, start - _BEFORE) : start]
        in_row = denied >= 0 and _AND.fullmatch(text[denied:start])
        if in_row or words.NOT_BEFORE.get(label, words.NOT_BEFORE[name]).search(before):
            denied = end
        elif not words.NOT_AFTER[name].match(text[end : end + _BEHIND]) and not (
            name == "hardship"
            and words.FORMERLY.search(before[-_FORMERLY:])
            and words.TAKEN_AWAY.search(text[end : end + _AFTERWARDS])
        ):
            yield label, start, end


def _hits(name: str, text: str, today: date) -> Iterator[_Hit]:
    known, labels = _table(name, today)
    for match in islice(known.finditer(text), _MOST):
        yield labels[match[0]], match.start(), match.end()
    for label, pattern in words.PATTERNS[name]:
        for match in islice(pattern.finditer(text), _MOST):
            yield label, match.start(), match.end()


@lru_cache(maxsize=16)
def _table(name: str, today: date) -> tuple[re.Pattern[str], dict[str, str]]:
    """Give the clear words of a list as one pattern, by first character and the longest first, and their labels."""
    labels: dict[str, str] = {}
    for code in codes.codes(name, today):
        for word in {code.label, *code.aliases} - words.UNCLEAR[name]:
            if len(word) >= words.SHORTEST[name] and code.label != _UNSURE and word != "其他":
                labels.setdefault(word, code.label)
    rests: dict[str, list[str]] = {}
    for word in sorted(labels, key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    known = "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return re.compile(known), labels


def _dreamt_of(text: str, hit: _Hit) -> bool:
    """Tell whether work is only what a child says it will do one day."""
    label, start, end = hit
    if label != "外出务工":
        return False
    before, behind = text[max(0, start - _BEFORE) : start + 1], text[end : end + _BEHIND]
    return bool(words.DREAMT_OF.search(before) or words.BETTER_THAN.match(behind))


def _of_grown_up(text: str, start: int) -> bool:
    """Tell whether the person named last in the clause is not the child; one without a person goes on with the speaker's."""
    *before, clause = _STOPS.split(text[max(0, start - _CLAUSE) : start + 1])
    grown = max((match.end() for match in words.GROWN_UP.finditer(clause)), default=-1)
    child = max((match.end() for match in words.CHILD.finditer(clause)), default=-1)
    if grown == child and before:
        return bool(words.SPEAKER.search(before[-1]))
    return grown > child
