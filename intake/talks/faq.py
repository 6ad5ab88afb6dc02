"""Answers to parents' questions, from a file that the bureau edits: dated, with their source, never made up."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from intake.errors import Refused
from intake.language import text
from intake.settings import Settings
from intake.store.keys import write_private

FILE = "answers.toml"
DEFAULT = Path(__file__).with_name(FILE)


@dataclass(frozen=True, slots=True)
class UsualAnswer:
    """One answer; `words` are groups of which each must be met by a word of the question."""

    topic: str
    words: tuple[tuple[str, ...], ...]
    text: str
    source: str
    date: date
    confirmed: bool

    def fits(self, plain: str) -> int:
        """Give how well a question is met: the length of the words that were found, 0 if a group is not met."""
        found = [max((len(word) for word in group if word in plain), default=0) for group in self.words]
        return sum(found) if all(found) else 0


def usual_answer(settings: Settings, said: str) -> str:
    """Give the bureau's answer to a question, with its source and date, or nothing.

    Outside demonstrations only what the bureau has confirmed is given.
    """
    plain = text.compact(said)
    usable = [one for one in load(settings) if one.confirmed or settings.demo]
    best = max(usable, key=lambda one: one.fits(plain), default=None)
    if best is None or not best.fits(plain):
        return ""
    mark = "" if best.confirmed else "（演示内容，教育局还没有核对）\n"
    return f"{mark}{best.text}\n依据：{best.source}（{best.date.isoformat()} 核对）"


def install(settings: Settings) -> None:
    """Put the file with the first questions into the data directory, if there is none."""
    path = settings.data / FILE
    if not path.exists():
        write_private(path, DEFAULT.read_text("utf-8"))


def load(settings: Settings) -> tuple[UsualAnswer, ...]:
    """Read the file, as it is now; a broken one gives no answers (`check` says why)."""
    try:
        return check(settings)
    except Refused:
        return ()


def check(settings: Settings) -> tuple[UsualAnswer, ...]:
    """Read the file. Raises Refused with what to mend."""
    path = settings.data / FILE
    if not path.exists():
        path = DEFAULT
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[UsualAnswer, ...]:
    try:
        rows = tomllib.loads(path.read_text("utf-8-sig")).get("answer", [])  # Windows puts a mark in front
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} 写错了：{error}") from None
    except OSError:
        raise Refused(f"{path.name} 读不了，请检查文件权限。") from None
    if not isinstance(rows, list):
        raise Refused(f"{path.name} 写错了：每条问答要用 [[answer]] 开头。")
    return tuple(_answer(number, row) for number, row in enumerate(rows, 1))


def _answer(number: int, row: dict[str, object]) -> UsualAnswer:
    try:
        groups = tuple(tuple(filter(None, str(one).split("|"))) for one in row["words"])  # type: ignore[attr-defined]
        day = row["date"] if isinstance(row["date"], date) else date.fromisoformat(str(row["date"]))
        told = str(row["text"]).strip()
        if not (groups and all(groups) and told):
            raise ValueError
        return UsualAnswer(
            str(row["topic"]), groups, told, str(row["source"]), day, row.get("confirmed") is True
        )
    except (KeyError, TypeError, ValueError):
        raise Refused(f"{FILE} 第 {number} 条写得不全：要有 topic、words、text、source、date。") from None
