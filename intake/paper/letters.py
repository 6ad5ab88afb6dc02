"""The documents of a case as numbered A4 pages: what stands on each, and who signs (义务教育法 §58, 未成年人保护法 §28).

A page has the values in clear: whoever prints it has a role that may, and the look is on record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.cases import case as cases
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook import records
from intake.cases.rulebook.standing import standing_of
from intake.errors import Denied, Missing
from intake.kinds.reading.rough_days import ABOUT
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports.looking import known, reasons
from intake.store.db import Database

Rows = Sequence[tuple[str, str]]
POLICE, CIVIL = "派出所登记单", "民政登记单"
TALKS, PAUSE = "劝返情况记录", "因病残等缓学休学记录"
MINIMAL = frozenset({POLICE, CIVIL})
"""What another office gets: name, address, guardian, telephone, and nothing else."""
PERSUASION = ("第几次", "日期", "方式", "劝返人", "谈话对象", "谈了什么", "措施", "结果", "下次")


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A document: what it is called, its number and day, to whom, facts, paragraphs, a table, the signatures.

    `receipt` is the slip of delivery (送达回证) that a notice has below it.
    """

    title: str
    number: str
    day: str
    to: str
    rows: Rows
    paragraphs: Sequence[str]
    table: Sequence[Sequence[str]]
    signatures: Sequence[str]
    receipt: Rows


def letter_page(db: Database, case: Case, event_id: str, person: Person) -> LetterPage:
    """Give a document of a case, to be printed; the look is noted. Raises Denied, Missing."""
    if not accounts.may(person, "case.look", person.area):
        raise Denied
    events = cases.events_of(db, case)
    letter = next((one for one in events if (one.id, one.key) == (event_id, "letter")), None)
    if letter is None:
        raise Missing
    reasons.note_look(db, case.id, f"letter {letter.facts.get('document')}", person, reasons.PRINTED)
    return _page(db, case, letter, events, _facts(db, case, person))


def _page(
    db: Database, case: Case, letter: CaseEvent, events: Sequence[CaseEvent], facts: Mapping[str, str]
) -> LetterPage:
    title, day = str(letter.facts["document"]), cases.local_day(letter.at)
    wanted = _MINIMAL if title in MINIMAL else _FULL[title]
    rows = [(label, facts.get(key, "")) for label, key in wanted]
    return LetterPage(
        title, str(letter.facts["number"]), day, facts.get("guardian_name", "") if title == records.ORDER else "", rows,
        [] if title in MINIMAL else list(_paragraphs(db, case, title, letter, events, facts)),
        list(_talks(events)) if title in (TALKS, records.REPORT) else [],
        _SIGNATURES.get(title, ("经办人", "日期")), _receipt(db, letter, events) if title == records.ORDER else [],
    )  # fmt: skip


def _facts(db: Database, case: Case, person: Person) -> dict[str, str]:
    """Give what documents say of a child, the roll's word before a report's."""
    places, said = gazetteer.world(db).places, dict[str, str]()
    for one in known.facts_of(db, case, person, outward=True):
        said.setdefault(one.key.partition(".")[2], one.value)
    home = said.get("residence") or "".join(
        [places.name(case.town) if places.get(case.town) else "", said.get("village", "")]
    )
    return {
        **said, "child_name": case.child_name or said.get("child_name", ""), "address": home,
        "school": f"{places.name(case.school) if case.school else ''}{case.class_title}",
        "last_seen": case.last_seen, "case": case.number,
    }  # fmt: skip


def _paragraphs(
    db: Database,
    case: Case,
    title: str,
    letter: CaseEvent,
    events: Sequence[CaseEvent],
    facts: Mapping[str, str],
) -> Iterator[str]:
    name, house = facts.get("child_name", ""), db.settings
    about = ABOUT if standing_of(one.happening for one in events).rough else ""
    seen = f"自{about} {case.last_seen} 以后没有到校" if case.last_seen else "没有到校"
    if title == records.ORDER:
        yield (
            f"您的孩子{name}{seen}，经劝返仍未复学。依照《中华人民共和国义务教育法》第五条、第十一条、第五十八条，"
            "请您在收到本通知之日起三日内送孩子返校。确有困难的，请马上与学校或我们联系。"
        )
        yield "逾期不送孩子入学的，将依法处理。"
    elif title == records.REPORT:
        yield (
            f"{house.district_name}{house.bureau}：我校学生{name}{seen}。学校已经联系家里并劝返，情况如下，"
            "依照《中华人民共和国未成年人保护法》第二十八条书面报告，并抄送镇政府（街道办事处）。"
        )
    elif title == PAUSE:
        away = next((one for one in reversed(events) if one.key == "elsewhere"), None)
        if away:
            yield f"去向：{away.facts.get('to', '')}，从 {away.facts.get('day', '')} 起。"
            yield f"证明材料：{away.words.get('evidence', '')}　批准的决定：{away.words.get('decision', '')}"
    if words := letter.words.get("words"):
        yield str(words)


def _talks(events: Sequence[CaseEvent]) -> Iterator[Sequence[str]]:
    """Give each 劝返 as a line of its own, below the head."""
    talks = [one for one in events if one.key == "persuasion" and not one.undone]
    if talks:
        yield PERSUASION
    for number, one in enumerate(talks, 1):
        facts, words = one.facts, one.words
        measures = "、".join(facts.get("measure", ()))
        following = str(facts.get("back_by") or facts.get("next_on") or "")
        yield (str(number), str(facts.get("day", "")), str(facts.get("way", "")), str(words.get("people", "")),
               str(words.get("whom", "")), str(words.get("words", "")), measures, str(facts.get("result", "")),
               following)  # fmt: skip


def _receipt(db: Database, letter: CaseEvent, events: Sequence[CaseEvent]) -> Rows:
    served = next(
        (one for one in events if one.key == "served" and one.facts.get("letter") == letter.id), None
    )
    words = served.words if served else {}
    facts = served.facts if served else {}
    return (
        ("文书", f"{letter.facts['document']} {letter.facts['number']}"), ("送达人", str(words.get("people", ""))),
        ("见证人", str(words.get("witness", ""))), ("怎样送达的", str(facts.get("how", ""))),
        ("送达日期", str(facts.get("day", ""))), ("受送达人签名", ""),
    )  # fmt: skip


def printed_at(db: Database, person: Person) -> str:
    """Say by whom and when a page was printed."""
    here = db.here()
    return f"{person.name} {here:%Y-%m-%d %H:%M} 打印"


_CHILD: Rows = (
    ("学生姓名", "child_name"), ("性别", "sex"), ("身份证件号", "id_number"), ("学校和班级", "school"),
    ("最后到校日期", "last_seen"), ("监护人", "guardian_name"), ("联系电话", "phone"), ("住址", "address"),
    ("户籍地址", "household_place"),
)  # fmt: skip
_MINIMAL: Rows = (("姓名", "child_name"), ("住址", "address"), ("监护人", "guardian_name"), ("电话", "phone"))
_FULL: Mapping[str, Rows] = {
    records.REPORT: (*_CHILD, ("原因", "reason"), ("目前去向", "whereabouts")),
    records.ORDER: (("学生姓名", "child_name"), ("学校和班级", "school"), ("监护人", "guardian_name"), ("住址", "address")),
    TALKS: (*_CHILD, ("原因", "reason")),
    PAUSE: (*_CHILD, ("原因", "reason")),
}  # fmt: skip
_SIGNATURES: Mapping[str, Sequence[str]] = {
    records.REPORT: ("校长（签名）", "学校（盖章）", "日期"),
    records.ORDER: ("发文机关（盖章）", "日期"),
    TALKS: ("村(社区)书记", "中心校校长", "学校校长", "乡镇分管领导", "乡镇长", "教育局包片领导"),
    PAUSE: ("帮扶联系人（签名、电话）", "班主任（签名、电话）", "校长（签名）", "日期"),
}  # fmt: skip
