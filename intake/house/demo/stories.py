"""The demonstration's missing children: a case in every state, with a history that could be true, in invented words."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from intake.cases.case import Case, standing
from intake.cases.rulebook import records
from intake.children.children import Child
from intake.house.demo.narrator import OWNER, Narrator

PRIMARY, MIDDLE = "DEMO000001", "DEMO000002"
TEACHER, PRINCIPAL, TOWN = "13800009001", "demo-principal", "demo-town"
OFFICER, APPROVER, CLOCK = "demo-officer", "demo-approver", "clock"
CADRE = "demo-village"
SCHOOL_NAME = "石人镇中心小学（演示）"
CLASSES = frozenset({
    (SCHOOL_NAME, "三年级"), (SCHOOL_NAME, "五年级"), (SCHOOL_NAME, "六年级"), ("石人镇中学（演示）", "七年级"),
})  # fmt: skip
"""School and grade of the children of whom these cases tell."""
DAY = timedelta(days=1)


def tell_absences(tell: Narrator) -> None:
    """Tell all of them."""
    for story in STORIES:
        story(tell)


def _ours(tell: Narrator) -> Child:
    return tell.child(PRIMARY, "三年级")


def _older(tell: Narrator) -> Child:
    return tell.child(PRIMARY, "五年级")


def _called(tell: Narrator, case: Case, day: date, **more: Any) -> Case:
    said = {
        "way": "电话",
        "whom": "奶奶",
        "result": records.REACHED,
        "words": "演示：说孩子不想来，老师再去家里看看。",
    }
    return tell.then(case, "contact", OWNER, day, day=day.isoformat(), **{**said, **more})


def _visited(tell: Narrator, case: Case, day: date) -> Case:
    words = "演示：孩子在家，说跟不上课。约好先补课。"
    return _called(
        tell, case, day, way="家访", people="演示刘老师、演示村干部", whom="奶奶和孩子", words=words
    )


def _persuaded(tell: Narrator, case: Case, day: date, who: str = PRINCIPAL, **more: Any) -> Case:
    said = {"way": "家访", "people": "演示校长、演示刘老师", "whom": "奶奶", "words": "演示：讲了义务教育法，答应再想想。",
            "measure": ["学业帮扶"], "result": records.NOT_AGREED}  # fmt: skip
    return tell.then(case, "persuasion", who, day, day=day.isoformat(), **{**said, **more})


def _suspected(tell: Narrator, child: Child, absent: int) -> Case:
    """Let a child be missing for so many school days, be called and visited, and become 疑似辍学 on the third."""
    case = tell.missing(
        child, tell.school_day(absent), tell.school_day(absent - 1), description="演示：两天没来了。"
    )
    case = _visited(tell, _called(tell, case, tell.school_day(absent - 1)), tell.school_day(absent - 2))
    return tell.then(case, "three_days", CLOCK, tell.school_day(absent - 3))


def _back(tell: Narrator, child: Child, ago: int) -> tuple[Case, date]:
    """Let a child be back at school since so many days, after a 劝返."""
    day = tell.on_school_day(tell.today - ago * DAY)
    start = tell.today - (ago + 14) * DAY
    case = tell.missing(child, tell.on_school_day(start), tell.on_school_day(start + DAY))
    case = tell.then(_called(tell, case, start + 2 * DAY), "three_days", CLOCK, start + 5 * DAY)
    case = _persuaded(tell, case, start + 7 * DAY, result=records.AGREED)
    said = {"school": SCHOOL_NAME, "grade": child.grade, "class_name": child.class_name}
    return tell.then(case, "back", PRINCIPAL, day, day=day.isoformat(), **said), day


def _observed(tell: Narrator, case: Case, back: date, *which: int) -> Case:
    for number in which:
        day, words = tell.on_school_day(back + number * DAY), "演示：在校，作业交了。"
        case = tell.then(
            case, "observed", PRINCIPAL, day, which=str(number), day=day.isoformat(), words=words
        )
    return case


def _submitted(tell: Narrator, ago: int) -> Case:
    case, back = _back(tell, _older(tell), ago)
    case = _observed(tell, case, back, 7, 15, 30)
    said = {"basis": "演示：复学后三次观察都在校。", "evidence": "演示：考勤表、在校照片"}
    return tell.then(case, "submit", PRINCIPAL, tell.on_school_day(back + 31 * DAY), **said)


def _overdue(tell: Narrator) -> None:
    tell.missing(_ours(tell), tell.school_day(2), tell.school_day(1), description="演示：还没人打过电话。")


def _checking(tell: Narrator) -> None:
    case = tell.missing(_ours(tell), tell.school_day(2), tell.school_day(1))
    _called(tell, case, tell.school_day(1))


def _clue(tell: Narrator) -> None:
    seen, words = tell.school_day(2).isoformat(), "演示：看见他在外面玩，没上学。"
    tell.report("absence", None, tell.school_day(1), child_name="演示小林", town="石人镇", relation="邻居/其他", last_seen=seen,
                on_leave="否", description=words)  # fmt: skip


def _suspect(tell: Narrator) -> None:
    _suspected(tell, _ours(tell), 5)


def _persuading(tell: Narrator) -> None:
    case, day = _suspected(tell, _ours(tell), 11), tell.school_day(5)
    case = _persuaded(tell, case, tell.school_day(7))
    case = _persuaded(tell, case, day, who=TOWN, people="演示镇干部、演示校长", words="演示：还没有答应。")
    tell.then(case, "referral", TOWN, day, to="民政", day=day.isoformat(), words="演示：家里困难。")


def _confirmed(tell: Narrator) -> None:
    case = _persuaded(tell, _suspected(tell, _ours(tell), 24), tell.school_day(18))
    case = tell.then(case, "letter", PRINCIPAL, tell.school_day(9), document=records.REPORT)
    (letter,), day = standing(tell.db, case).letters, tell.school_day(8)
    said = {"letter": letter, "people": "演示校长", "how": "签收"}
    case = tell.then(case, "served", PRINCIPAL, day, day=day.isoformat(), **said)
    case = tell.then(case, "confirmed", APPROVER, tell.school_day(4), words="演示：同意认定。")
    case = tell.then(case, "letter", TOWN, tell.school_day(3), document=records.ORDER)
    _persuaded(
        tell, case, tell.school_day(3), who=TOWN, people="演示镇干部", words="演示：通知书看了，说过几天送。"
    )


def _lost(tell: Narrator) -> None:
    case, day = _suspected(tell, _ours(tell), 16), tell.school_day(10)
    said = {"police": "石人派出所（演示）", "words": "演示：搬走了，电话停机。"}
    tell.then(case, "lost", PRINCIPAL, day, day=day.isoformat(), **said)


def _watched(tell: Narrator) -> None:
    case, back = _back(tell, _ours(tell), 12)
    _observed(tell, case, back, 7)


def _waiting(tell: Narrator) -> None:
    _submitted(tell, 34)


def _rejected(tell: Narrator) -> None:
    tell.then(
        _submitted(tell, 37), "reject", APPROVER, tell.today - DAY, reason="演示：考勤表缺第二周，请补上。"
    )


def _closed(tell: Narrator) -> None:
    tell.then(_submitted(tell, 45), "approve", APPROVER, tell.today - 9 * DAY, words="演示：同意销号。")


def _moved_away(tell: Narrator) -> None:
    case, said = _suspected(tell, _older(tell), 14), {"evidence": "演示：接收学校的在读证明"}
    day = tell.school_day(9).isoformat()
    case = tell.then(case, "elsewhere", PRINCIPAL, tell.school_day(8), to="已转学", day=day, **said)
    tell.then(case, "approve", APPROVER, tell.school_day(6))


def _paused(tell: Narrator) -> None:
    said = {"to": "休学", "evidence": "演示：县医院诊断证明", "decision": "演示：教育局休学批准 1 号",
            "day": tell.school_day(3).isoformat(), "review_on": (tell.today + 180 * DAY).isoformat()}  # fmt: skip
    tell.then(_suspected(tell, _older(tell), 9), "elsewhere", TOWN, tell.school_day(1), **said)


def _came(tell: Narrator) -> None:
    case = tell.missing(_ours(tell), tell.school_day(4), tell.school_day(3), reason="因病")
    case = _called(tell, case, tell.school_day(3))
    tell.then(case, "returned", TEACHER, tell.school_day(2), day=tell.school_day(2).isoformat())


def _false(tell: Narrator) -> None:
    case = tell.missing(_older(tell), tell.school_day(6), tell.school_day(5), "邻居/其他")
    tell.then(case, "false_alarm", PRINCIPAL, tell.school_day(4), reason="演示：同名，那孩子在校。")


def _on_leave(tell: Narrator) -> None:
    seen, until = tell.school_day(1).isoformat(), tell.today.isoformat()
    tell.report("absence", _ours(tell), tell.today, last_seen=seen, on_leave="是", leave_until=until, reason="因病",
                description="演示：发烧。")  # fmt: skip


def _three_reports(tell: Narrator) -> None:
    child = _ours(tell)
    tell.missing(child, tell.school_day(2), tell.school_day(1), "邻居/其他", description="演示：邻居说的。")
    tell.missing(child, tell.school_day(2), tell.school_day(1), "祖母", description="演示：奶奶说劝不动。")
    tell.missing(child, tell.school_day(2), tell.today, "村(居)干部", description="演示：村里也看见他在家。")


STORIES: Sequence[Callable[[Narrator], None]] = (
    _overdue, _checking, _clue, _suspect, _persuading, _confirmed, _lost, _watched, _waiting, _rejected, _closed,
    _moved_away, _paused, _came, _false, _on_leave, _three_reports,
)  # fmt: skip
"""In the order in which they are told."""
