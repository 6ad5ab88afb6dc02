"""The way of a child through schools: its times in classes, and what the register says of coming, going and staying away."""

from dataclasses import dataclass

from intake.children.children import Child
from intake.children.register import IN, RegisterEntry, entries_of_child
from intake.children.stays import WAYS, Stay, stays_of
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class PathStep:
    """A time in a class, or an entry of the register: days (empty where unknown or not over), school, class, what it was.

    `school` is a code, or words for a school elsewhere. `source` is the key of where a time in a class is known from.
    """

    first: str
    last: str
    school: str
    title: str
    how: str
    source: str = ""
    entry: bool = False


def path_of(db: Database, child: Child, *, words: bool = False) -> list[PathStep]:
    """Give the way of a child, the newest first; the class of today is there even where nobody noted when it came.

    Why, and by which paper, is told with `words` alone: it may be an illness.
    """
    stays = stays_of(db, child.id)
    steps = [_of_stay(one) for one in stays]
    if child.class_id and not any(one.class_id == child.class_id and not one.to_day for one in stays):
        steps.append(PathStep("", "", child.school, child.title, ""))
    steps += [_of_entry(one, words) for one in entries_of_child(db, child.id)]
    return sorted(
        steps,
        key=lambda one: (not one.last and not one.entry, one.last or one.first, one.first),
        reverse=True,
    )


def _of_stay(stay: Stay) -> PathStep:
    ways = [WAYS.get(stay.came, "") if stay.from_day else "", WAYS.get(stay.went, "")]
    return PathStep(
        stay.from_day, stay.to_day, stay.school, f"{stay.grade}{stay.class_name}", "，".join(filter(None, ways)),
        stay.source,
    )  # fmt: skip


def _of_entry(entry: RegisterEntry, words: bool) -> PathStep:
    told = (entry.reason, entry.paper) if words else ()
    review = f"{entry.review_on} 复核" if entry.review_on else ""
    done = f"{entry.finished_on} 办结" if entry.finished_on else ""
    where = entry.to_school if entry.sort == IN else entry.to_school or entry.from_school or entry.school
    how = "，".join(filter(None, (entry.sort, *told, review, done)))
    return PathStep(entry.day, entry.day, where or entry.school, "", how, entry=True)
