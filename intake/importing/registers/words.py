"""Which headers a register's list may have: words from a file that the bureau may add to, `headers.csv` in the data directory."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from intake import codes
from intake.children.listed import LISTINGS, PERMITS, XUEJI
from intake.errors import Refused
from intake.importing.table import header
from intake.settings import Settings

MEMBER, COMPANION, EVERY = "member", "companion", "*"
"""Lists of words beside those of LISTINGS: what is said of a member of the family, of a child that came along, of anybody."""
REFUSED = "-"
"""The key of what is never collected: parents' work (教基厅函〔2024〕15号) and what nobody needs."""
FILE = "headers.csv"
_COLUMNS = ("list", "key", "header")
_GROUPS = (*LISTINGS, MEMBER, COMPANION, EVERY)


@dataclass(frozen=True, slots=True)
class HeaderWords:
    """The headers of one list: key by word as `table.header` gives it, in the order of the file; and what is refused.

    `names` finds a line in which one of the words for a name may stand, however it is spaced: most lines are no header.
    """

    own: Mapping[str, str]
    members: Mapping[str, str]
    companions: Mapping[str, str]
    refused: tuple[str, ...]
    names: re.Pattern[str]

    def is_refused(self, word: str) -> bool:
        """Tell whether a column is never collected: 父亲工作单位及职务 is not, either."""
        return any(one in word for one in self.refused)


def words_of(settings: Settings, listing: str) -> HeaderWords:
    """Give the words of a list, the bureau's own over those that come along. Raises Refused where its file is wrong."""
    rows = [*_shipped(), *_own(settings.data / FILE)]
    found: dict[str, dict[str, str]] = {group: {} for group in _GROUPS}
    for group, key, word in rows:
        found[group].pop(header(word), None)  # a word that changes its key goes behind its new ones
        found[group][header(word)] = key
    both = {**found[EVERY], **found[listing]}
    return HeaderWords(
        {word: key for word, key in both.items() if key != REFUSED},
        {word: key for word, key in found[MEMBER].items() if key != REFUSED} if listing == XUEJI else {},
        found[COMPANION] if listing == PERMITS else {},
        tuple(word for group in (both, found[MEMBER]) for word, key in group.items() if key == REFUSED),
        re.compile(
            "|".join(r"\s*".join(map(re.escape, word)) for word, key in both.items() if key == "name"),
            re.IGNORECASE,
        ),
    )


@cache
def _shipped() -> tuple[tuple[str, str, str], ...]:
    return tuple((row["list"], row["key"], row["header"]) for row in codes.rows("list_headers"))


def _own(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    reader = csv.DictReader(io.StringIO(_decoded(data), newline=""))
    if tuple(reader.fieldnames or ()) != _COLUMNS:
        raise Refused(f"{FILE} 第一行要写：{','.join(_COLUMNS)}。")
    for number, row in enumerate(reader, 2):
        group, key, word = ((row[one] or "").strip() for one in _COLUMNS)
        if group not in _GROUPS or not key or not header(word):
            raise Refused(
                f"{FILE} 第 {number} 行要改：list 写 {'、'.join(_GROUPS)} 中的一个，key 和 header 都要写。"
            )
        yield group, key, word


def _decoded(data: bytes) -> str:
    for name in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    raise Refused(f"{FILE} 的文字认不出来，请存成 UTF-8。")
