"""The demonstration's danger, beds and aid: taken and untaken, ended, taken back, and one matter that is nobody's."""

from collections.abc import Callable, Sequence

from intake.cases.rulebook import records
from intake.children.children import Child
from intake.house.demo.narrator import Narrator
from intake.house.demo.stories import DAY, MIDDLE, OFFICER, PRIMARY, PRINCIPAL


def tell_unowned(tell: Narrator) -> None:
    """Bring what comes in before anybody has an account: 无人负责."""
    tell.report("boarding", None, tell.today - 2 * DAY, child_name="演示小禾", town="湾沟镇", school="湾沟镇中心小学（演示）",
                grade="五年级", needs=["寄宿"], reason="离校远", distance_km=18)  # fmt: skip


def tell_others(tell: Narrator) -> None:
    """Tell all the others."""
    for story in STORIES:
        story(tell)


def _older(tell: Narrator) -> Child:
    return tell.child(PRIMARY, "五年级")


def _danger(tell: Narrator) -> None:
    said = {"happened_at": tell.today.isoformat(), "place": "操场（演示）", "safe_now": "不清楚"}
    tell.report(
        "safety",
        _older(tell),
        tell.today,
        what="突发疾病或受伤",
        description="演示：摔了胳膊，在等家里人。",
        **said,
    )
    tell.report(
        "safety",
        tell.child(MIDDLE, "七年级"),
        tell.today - DAY,
        what="校园欺凌",
        **{
            **said,
            "happened_at": (tell.today - DAY).isoformat(),
            "description": "演示：孩子说被老师打了手心。",
        },
    )  # restricted


def _danger_taken(tell: Narrator) -> None:
    day = tell.today - DAY
    case = tell.case(tell.report("safety", tell.child(PRIMARY, "六年级"), day, what="突发疾病或受伤", happened_at=day.isoformat(),
                                 place="教室（演示）", safe_now="是", description="演示：肚子疼，送医院看了。"))  # fmt: skip
    case = tell.then(case, "handled", OFFICER, day)
    tell.then(
        case,
        "informed",
        OFFICER,
        day,
        duty=records.GUARDIAN,
        done=records.YES,
        day=day.isoformat(),
        words="演示：父亲到了。",
    )


def _taken_back(tell: Narrator) -> None:
    tell.take_back(
        tell.report(
            "boarding", tell.child(PRIMARY, "六年级"), tell.today - DAY, needs=["午餐"], reason="其他"
        )
    )


def _danger_ended(tell: Narrator) -> None:
    day = tell.today - 3 * DAY
    case = tell.case(tell.report("safety", _older(tell), day, what="突发疾病或受伤", happened_at=day.isoformat(),
                                 place="校门口（演示）", safe_now="是", description="演示：擦破膝盖。"))  # fmt: skip
    case = tell.then(case, "handled", OFFICER, day)
    for duty, done in ((records.GUARDIAN, records.YES), (records.PARENTS_AWAY, records.NO)):
        case = tell.then(
            case,
            "informed",
            OFFICER,
            day,
            duty=duty,
            done=done,
            day=day.isoformat(),
            words="演示：母亲已接走。",
        )
    case = tell.then(case, "resolved", OFFICER, day, result="演示：包扎好了，第二天到校。")
    tell.then(case, "closed", OFFICER, day + DAY)


def _other_kinds(tell: Narrator) -> None:
    day, bed = tell.today - 4 * DAY, {"needs": ["寄宿"], "reason": "离校远", "distance_km": 12}
    ends: Sequence[tuple[str, dict[str, str]]] = (
        ("resolved", {"result": "演示：排到 3 号床。"}), ("unresolved", {"reason": "演示：床位满了，下学期优先。"}),
    )  # fmt: skip
    for key, said in ends:
        case = tell.then(
            tell.case(tell.report("boarding", _older(tell), day, **bed)), "handled", PRINCIPAL, day + DAY
        )
        tell.then(case, key, PRINCIPAL, day + 2 * DAY, **said)
    aid = {"hardship": ["低保"], "program": "寄宿生生活补助", "problem": "已批未发", "semester": "2026年秋季"}
    called = {"day": (day + DAY).isoformat(), "way": "电话", "whom": "妈妈", "result": records.REACHED}
    case = tell.case(tell.report("subsidy", _older(tell), day, **aid))
    case = tell.then(case, "contact", PRINCIPAL, day + DAY, **called)
    tell.then(case, "note", PRINCIPAL, day + DAY, words="演示：问了财务，本周发。")
    case = tell.then(tell.case(tell.report("subsidy", tell.child(PRIMARY, "六年级"), day, **aid)), "resolved", PRINCIPAL,
                     day + DAY, result="演示：已到卡上。")  # fmt: skip
    tell.then(case, "closed", PRINCIPAL, day + 2 * DAY)


STORIES: Sequence[Callable[[Narrator], None]] = (
    _danger,
    _danger_taken,
    _danger_ended,
    _other_kinds,
    _taken_back,
)
"""In the order in which they are told."""
