"""The arithmetic of whoever looks at a page: of how many numbers any may be the masked one, after all that stands there.

Whoever looks knows how numbers are made (GB 11643: region, day, sequence by sex, check digit), the child's sex and its
year of birth: those stand almost everywhere, and a grade tells them anyway.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from intake.fields.privacy import FEWEST
from tests.hands.samples import citizen_id

REGIONS = ("220602", "220603", "220605", "220621", "220622", "220623", "220625", "220681")
"""The codes of 白山市 that are or were in use; a whole country has more than COUNTRY."""
COUNTRY = 2_800
CHECKS = "10X98765432"
_MASK = re.compile(r"[0-9A-Z]*\*{3,}[0-9A-Zx]*")
_PROOF = re.compile(r"[1-9]\d{3} \d{4} \d{4}|(?<!\d)[1-9]\d{11}(?!\d)|\d{6}-20\d\d-\d{6}")
"""A receipt, as it is stored or shown, or the number of a case."""


@dataclass(frozen=True)
class Secret:
    """A child's number, the telephone of its family, and where it is registered, as nobody shall learn them."""

    number: str
    phone: str
    county: str = "江源区"

    @property
    def born(self) -> date:
        """Give the day of birth."""
        return date.fromisoformat(f"{self.number[6:10]}-{self.number[10:12]}-{self.number[12:14]}")


@dataclass(frozen=True)
class Known:
    """What a text tells of a citizen number."""

    head: str = ""
    tail: str = ""
    days: tuple[date, ...] = ()
    county: bool = False


def numbers_left(text: str, secret: Secret) -> int:
    """Count the citizen numbers of which any may be the child's, FEWEST or more being as good as any."""
    if _plainly(secret.number, text):
        return 1
    known = _known(text, secret)
    if known.tail:
        return sum(1 for _ in _fitting(known, secret))
    regions = 1 if known.county else len(_regions(known.head)) if known.head else COUNTRY
    return regions * len(known.days) * 500


def phones_left(text: str, secret: Secret) -> int:
    """Count the telephones of which any may be the family's."""
    if _plainly(secret.phone, text):
        return 1
    shown: set[int] = set()
    size = len(secret.phone)
    for head, tail in _masks(text, secret.phone):
        shown |= {*range(len(head)), *range(size - len(tail), size)}
    if re.search(rf"(?<![\d*-]){secret.phone[-4:]}(?!\d)", text):
        shown |= set(range(size - 4, size))
    hidden = [at for at in range(size) if at not in shown]
    free: int = 10 ** len([at for at in hidden if at > 1])
    return free * (7 if 1 in hidden else 1)


def completes_a_proof(text: str, secret: Secret) -> bool:
    """Tell whether the last four of a telephone stand beside a receipt or the number of a case."""
    tails = [tail for _, tail in _masks(text, secret.phone) if len(tail) >= 4]
    return bool(tails) and bool(_PROOF.search(text))


def too_few(text: str, secret: Secret, *, looked: frozenset[str] = frozenset()) -> list[str]:
    """Say of which numbers a text leaves too few; those that were `looked` at (number, phone) may stand in clear."""
    left = {"number": numbers_left(text, secret), "phone": phones_left(text, secret)}
    found = [f"{what}: {n}" for what, n in left.items() if n < FEWEST and what not in looked]
    if "phone" not in looked and completes_a_proof(text, secret):
        found.append("phone: last four beside a receipt")
    return found


def secret_of(born: date, sex: str, order: int, phone: str) -> Secret:
    """Make up a child of the district."""
    return Secret(citizen_id(born, sex, order=order), phone)


def _plainly(value: str, text: str) -> bool:
    return value in re.sub(r"(?<=\d)[ -](?=[\dXx])", "", text) or value in text


def _masks(text: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield head and tail of every mask that may be of a value."""
    for token in _MASK.findall(text):
        head, tail = re.split(r"\*+", token)[0], re.split(r"\*+", token)[-1]
        bare = head.removeprefix("G") if len(value) == 18 else head
        size = len(token) - (len(head) - len(bare))
        if size in (len(value), len(value) + 1) and value.startswith(bare) and value.endswith(tail):
            yield bare, tail


def _known(text: str, secret: Secret) -> Known:
    known = Known(days=tuple(_days(text, secret.born)), county=secret.county in _addresses(text))
    for head, tail in _masks(text, secret.number):
        known = replace(known, head=max(known.head, head, key=len), tail=max(known.tail, tail, key=len))
    return known


def _addresses(text: str) -> str:
    """Give what of addresses tells where a child is registered: 吉林省白山市江源区…, not the name of the bureau."""
    return " ".join(re.findall(r"(?<!例如：)吉林省白山市[^ *\n<]{2,20}", text))


def _days(text: str, born: date) -> Iterator[date]:
    """Yield the days of the year of birth that a text leaves open."""
    year = [date(born.year, 1, 1) + timedelta(days=n) for n in range(365)]
    spelled = (f"{born:%Y-%m-%d}", f"{born:%Y%m%d}", f"{born:%Y/%m/%d}", f"{born.year}年{born.month}月{born.day}日",
               f"{born.year}年{born:%m}月{born:%d}日")  # fmt: skip
    if any(re.search(rf"(?<!\d){one}(?!\d)", text) for one in spelled):
        yield born
    elif re.search(rf"{born.year}(?:年0?{born.month}月|-{born:%m}(?![\d-]))", text):
        yield from (day for day in year if day.month == born.month)
    elif re.search(rf"(?<![\d月]){born.day}日生", text):
        yield from (day for day in year if day.day == born.day)
    else:
        yield from year


def _regions(head: str) -> list[str]:
    return [one for one in REGIONS if one.startswith(head[:6])]


def _fitting(known: Known, secret: Secret) -> Iterator[str]:
    """Yield the numbers that fit head, tail, days and sex, one after another."""
    odd = int(secret.number[16]) % 2
    regions = [secret.number[:6]] if known.county or len(known.head) >= 6 else _regions(known.head)
    for region in regions:
        for day in known.days:
            for order in range(odd or 2, 1000, 2):
                made = citizen_id(
                    day, "男" if odd else "女", prefix=region, order=(order - (1 if odd else 2)) // 2
                )
                if made.startswith(known.head) and made.endswith(known.tail):
                    yield made
