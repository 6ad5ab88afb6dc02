"""Teachers in the chat, through the signed and encrypted webhook."""

from datetime import datetime, timedelta

import pytest

from intake.calendar import clock
from intake.cases import case as cases
from intake.children import links
from intake.kinds.envelope import Envelope
from intake.people import bindings
from intake.reports import door, lookup, receipts
from intake.school import roll
from tests.hands import staffed
from tests.hands.chat import Chat, bound
from tests.hands.classroom import MORNING, NAMES, SCHOOL, TOWN, VILLAGE, Classroom, at, classroom, teacher
from tests.hands.family import WORDS, told

TODAY = MORNING.date()


@pytest.fixture
def room(chat: Chat) -> Classroom:
    """Give the class of a teacher who is bound in `chat`."""
    made = classroom(chat.db)
    bound(chat, made)
    return made


def state(chat: Chat, room: Classroom) -> roll.Roll:
    found = roll.state(chat.db, room.id, TODAY)
    assert found is not None
    return found


def absent(chat: Chat, room: Classroom) -> dict[str, str]:
    """Give the names of those who are missing, with why."""
    names = {child: name for name, child in room.children.items()}
    return {names[child]: reason for child, reason in state(chat, room).reasons.items()}


@pytest.mark.parametrize("said", ["绑定 {}", "绑定{}", "绑定：{}", "　绑定　{}。", "绑定码 {}"])
def test_a_code_binds_however_it_is_typed(chat: Chat, said: str) -> None:
    person = teacher(chat.db, classroom(chat.db))
    code = bindings.issue_code(chat.db, person.id)
    wide = code.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})
    reply = chat.say(said.format(wide))
    assert "刘老师" in reply
    assert "石人镇中心小学三年级2班" in reply
    assert bindings.person_bound(chat.db, chat.db.all("SELECT reporter FROM bound")[0]["reporter"]) == person
    assert "您已绑定" in chat.say("绑定")
    assert "绑定好了" in chat.say(f"绑定 {code[:4]} {code[4:]}")  # typed once more
    assert "解除了" in chat.say("解除绑定")
    assert chat.db.all("SELECT * FROM bound") == []
    assert "用过了" in chat.say(f"绑定{code}")


def test_what_is_no_code_gets_a_helpful_answer(chat: Chat) -> None:
    for said in ("绑定", "绑定孩子", "绑定 abc", "绑定手机号"):
        reply = chat.say(said)
        assert "家长不用绑定" in reply, said
        assert "10 位" in reply, said
    assert "写了 6 位" in chat.say("绑定123456")
    assert "连手机号一起" in chat.say("绑定12345678")
    assert "不对" in chat.say("绑定1234567890")
    assert "没有绑定" in chat.say("解除绑定")
    assert chat.db.all("SELECT * FROM bound") == []


def test_binding_in_the_middle_of_a_report_goes_on_with_it(chat: Chat) -> None:
    question = chat.say("4", "同意").splitlines()[-1]
    assert chat.say("绑定").endswith(question)
    assert "还等您回答：姓名" in chat.say("绑定1234567890"), "the question itself is put twice, and no more"


def test_a_cadre_is_bound_and_calls_no_roll(chat: Chat, room: Classroom) -> None:
    cadre = staffed.one(chat.db, "village")
    reply = chat.say(f"绑定 {bindings.issue_code(chat.db, cadre.id)}")
    assert "村(社区)干部" in reply
    assert "点名" not in reply
    assert "班级" not in reply
    assert "人到校" not in chat.say("全到")
    assert roll.state(chat.db, room.id, chat.db.today()) is None
    assert "您已绑定：village同志" in chat.say("绑定")


def test_guessing_codes_is_stopped(chat: Chat) -> None:
    code = bindings.issue_code(chat.db, teacher(chat.db).id)
    for number in range(5):
        assert "不对" in chat.say(f"绑定123456789{number}")
    assert "请过 10 秒再试" in chat.say(f"绑定{code}")
    assert chat.db.all("SELECT * FROM bound") == []


@pytest.mark.parametrize(
    "said", ["全到", "都来了", "全齐", "今天都到齐了", "三年二班全到。", "老师好，全班都到了"]
)
def test_all_there(chat: Chat, room: Classroom, said: str) -> None:
    assert roll.state(chat.db, room.id, TODAY) is None
    assert "全到，4 人" in chat.say(said)
    assert (state(chat, room).present, state(chat, room).absent) == (4, 0)
    assert "已经记过了" in chat.say(said)
    assert chat.reports() == []


def test_a_class_of_43_with_one_missing(chat: Chat) -> None:
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃星宿列张寒暑往来"
    room = classroom(chat.db, names=("王小明", *(f"赵{sign}" for sign in signs[:42])))
    bound(chat, room)
    assert "42 人到，1 人没到" in chat.say("王小明今天没来")


@pytest.mark.parametrize(
    "said", ["王小明今天没来", "三年二班王小明今天没来", "除了王小明都到了", "没来的有：王小明", "王小明旷课"]
)
def test_plain_words_about_one_child_are_taken_at_once(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    (report,) = chat.reports()
    assert receipts.show_receipt(report["receipt"]) in reply
    assert "3 人到，1 人没到" in reply
    assert (report["kind"], report["channel"], Envelope.of(report).status.word) == (
        "absence",
        "teacher",
        "线索",
    )
    assert (report["school"], report["town"], report["child"]) == (SCHOOL, TOWN, room.children["王小明"])
    told = chat.answers()
    assert {key: told[key] for key in ("child_name", "grade", "class_name", "village", "relation", "phone")} == {
        "child_name": "王小明", "grade": "三年级", "class_name": "2班", "village": VILLAGE, "relation": "班主任",
        "phone": "13812340001",
    }  # fmt: skip
    assert (told["last_seen"], told["on_leave"]) == ("2026-11-20", "否")  # the Friday before
    assert absent(chat, room) == {"王小明": "不明"}
    assert receipts.show_receipt(report["receipt"]) in chat.say("进度")


def test_the_same_sentence_twice_is_one_report(chat: Chat, room: Classroom) -> None:
    chat.say("王小明今天没来")
    reply = chat.say("王小明没来")
    (report,) = chat.reports()
    assert "已经记过了" in reply
    assert receipts.show_receipt(report["receipt"]) in reply
    assert len(chat.db.all("SELECT * FROM audit WHERE verb = 'roll.marked'")) == 1


def test_several_children_each_with_a_reason(chat: Chat, room: Classroom) -> None:
    reply = chat.say("王小明、李红没到，李红请假了")
    assert "2 人到，2 人没到" in reply
    assert absent(chat, room) == {"王小明": "不明", "李红": "事假"}
    assert {
        (lookup.answers_of(chat.db, one)["child_name"], one.status.word) for one in map(Envelope.of, chat.reports())
    } == {
        ("王小明", "线索"), ("李红", "已请假")
    }  # fmt: skip
    assert "1 人到，3 人没到" in chat.say("赵磊病假")
    told = chat.answers()
    assert (told["on_leave"], told["reason"]) == ("是", "因病")
    assert absent(chat, room) == {"王小明": "不明", "李红": "事假", "赵磊": "病假"}


def test_leave_told_later_corrects_roll_and_report(chat: Chat, room: Classroom) -> None:
    chat.say("王小明没来", "王小明请假了")
    assert absent(chat, room) == {"王小明": "事假"}
    (report,) = chat.reports()
    assert chat.answers()["on_leave"] == "是"
    assert report["version"] == 2


def test_a_child_who_comes_after_all(chat: Chat, room: Classroom) -> None:
    chat.say("王小明、李红没来")
    assert "3 人到，1 人没到" in chat.say("王小明来了")
    assert absent(chat, room) == {"李红": "不明"}
    assert "撤回" in chat.heard[-1]


def test_one_came_and_another_did_not(chat: Chat, room: Classroom) -> None:
    chat.say("王小明没来")
    assert "3 人到，1 人没到" in chat.say("王小明来了，李红没来")
    assert absent(chat, room) == {"李红": "不明"}
    assert "请您核对" in chat.say("赵磊发烧没来")
    assert "没有登记" in chat.say("赵磊来了")
    assert absent(chat, room) == {"李红": "不明"}
    assert "人到" not in chat.say("张雨桐来了")  # nobody said that she was missing


def test_more_is_told_before_the_first_is_confirmed(chat: Chat, room: Classroom) -> None:
    chat.say("王小明发烧没来")
    both = chat.say("还有李红没来")
    assert "王小明：病假" in both
    assert "李红：没来" in both
    assert chat.reports() == []
    assert "2 人到，2 人没到" in chat.say("确认")
    assert absent(chat, room) == {"王小明": "病假", "李红": "不明"}


def test_all_there_after_somebody_was_missing_is_read_back(chat: Chat, room: Classroom) -> None:
    chat.say("王小明没来")
    assert "先前记着王小明没到" in chat.say("全到")
    assert absent(chat, room) == {"王小明": "不明"}
    assert "全到，4 人" in chat.say("确认")
    assert "要撤回" in chat.heard[-1]
    assert absent(chat, room) == {}


@pytest.mark.parametrize(
    "said",
    ["王小明三天没来了，家里说不念了", "王小明发烧没来", "小明今天没来", "王小明没来，他奶奶说去大连了"],
)
def test_what_is_not_plain_is_read_back_once(chat: Chat, room: Classroom, said: str) -> None:
    reply = chat.say(said)
    assert "王小明" in reply
    assert "请您核对" in reply
    assert chat.reports() == []
    assert roll.state(chat.db, room.id, TODAY) is None
    assert "回执号" in chat.say("确认")
    assert len(chat.reports()) == 1
    assert list(absent(chat, room)) == ["王小明"]
    assert "没有要提交" in chat.say("菜单", "确认") or "不用再确认" in chat.heard[-1]


def test_since_when_goes_into_the_report(chat: Chat, room: Classroom) -> None:
    assert "最后到校：2026-11-19" in chat.say("王小明打上周四就没再来，家里电话打不通")
    chat.say("对")
    told = chat.answers()
    assert told["last_seen"] == "2026-11-19"
    assert "电话打不通" in told["description"]


def test_no_leaves_nothing(chat: Chat, room: Classroom) -> None:
    for no in ("不对", "取消"):
        chat.say("王小明三天没来了，不知道咋了")
        assert "没有登记" in chat.say(no)
        assert "确认" not in chat.say("确认") or chat.reports() == []
    assert roll.state(chat.db, room.id, TODAY) is None
    assert chat.reports() == []


def test_two_of_the_same_name_are_asked_about(chat: Chat) -> None:
    one, other = classroom(chat.db), classroom(chat.db, name="3班", names=("李红", "孙强"))
    bound(chat, one, other)
    reply = chat.say("李红、王小明没来")
    assert "三年级2班 李红（男）" in reply
    assert "三年级3班 李红（女）" in reply
    assert chat.reports() == []
    assert "没看懂" in chat.say("嗯嗯嗯")
    number = next(line[0] for line in reply.splitlines() if "3班" in line)
    assert chat.say(number).count("回执号") == 2
    assert absent(chat, one) == {"王小明": "不明"}
    assert absent(chat, other) == {"李红": "不明"}
    assert "三年级2班" in chat.say("三年二班李红病假")
    assert absent(chat, one) == {"王小明": "不明", "李红": "病假"}


def test_two_of_the_same_name_in_one_class(chat: Chat) -> None:
    room = classroom(chat.db, names=("李红", "孙强", "李红"))
    bound(chat, room)
    reply = chat.say("李红没来")
    number = next(line[0] for line in reply.splitlines() if "（3日生）" in line)
    chat.say(number)
    assert absent(chat, room) == {"李红": "不明"}  # the one who was entered last
    assert chat.answers()["birth_date"] == "2017-03-03"


def test_several_classes_are_asked_about_by_number(chat: Chat) -> None:
    one, other = classroom(chat.db), classroom(chat.db, name="3班", names=("孙强",))
    bound(chat, one, other)
    reply = chat.say("全到")
    assert "1. 三年级2班" in reply
    assert "3. 都全到" in reply
    assert roll.state(chat.db, one.id, TODAY) is None
    assert "三年级3班今天全到，1 人" in chat.say("2")
    assert roll.state(chat.db, one.id, TODAY) is None
    assert "三年级2班今天全到，4 人" in chat.say("三年二班都来了")
    assert chat.say("全到", "都全到").count("今天全到") == 2


def test_the_phone_is_asked_once_where_the_login_is_none(chat: Chat) -> None:
    room = classroom(chat.db)
    bound(chat, room, login="liulaoshi")
    assert "电话" in chat.say("王小明没来")
    assert chat.reports() == []
    assert "回执号" in chat.say("0439-3721234")
    assert chat.answers()["phone"] == "04393721234"
    assert "回执号" in chat.say("李红没来")
    assert chat.answers()["phone"] == "04393721234"


def test_a_child_that_is_not_on_the_roll_is_left_to_the_dialogue(chat: Chat, room: Classroom) -> None:
    for said in ("孙大圣今天没来", "四年一班王小明今天没来", "王小明明天请假", "王小明今天没来吗"):
        assert "人没到" not in chat.say("取消", said), said
        assert "请您核对今天" not in chat.heard[-1], said
    assert roll.state(chat.db, room.id, TODAY) is None


def test_a_longer_name_is_not_taken_for_a_shorter_one(chat: Chat, room: Classroom) -> None:
    chat.say("李红梅没来")
    assert chat.reports() == []
    assert roll.state(chat.db, room.id, TODAY) is None


def test_after_six_the_roll_stays_and_the_report_is_made(
    chat: Chat, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("全到")
    at(monkeypatch, MORNING.replace(hour=18, minute=0))
    reply = chat.say("王小明今天没来")
    assert "不能再改" in reply
    assert "回执号" in reply
    assert state(chat, room).absent == 0
    assert len(chat.reports()) == 1


def test_the_first_word_of_a_class_is_taken_late_too(
    chat: Chat, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, MORNING.replace(hour=20))
    reply = chat.say("王小明今天没来")
    assert "3 人到，1 人没到" in reply
    assert "以前都行" not in reply


def test_a_pending_roll_is_forgotten_overnight(
    chat: Chat, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.say("王小明发烧没来")
    at(monkeypatch, MORNING + timedelta(days=1))
    assert "回执号" not in chat.say("确认")
    assert chat.reports() == []


def test_weekends_are_taken_but_said(chat: Chat, room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, datetime(2026, 11, 22, 9, tzinfo=clock.CHINA))
    assert "周末" in chat.say("全到")


def test_an_emergency_comes_before_the_roll(chat: Chat, room: Classroom) -> None:
    chat.say("王小明发烧没来")
    assert "110" in chat.say("王小明在学校被打了")
    assert [one["kind"] for one in chat.reports()] == ["safety"]


def test_parents_say_the_same_words_as_ever(chat: Chat, room: Classroom) -> None:
    parent = Chat(chat.app, "oParent-2")
    for said in ("全到", "王小明今天没来", "家长", "确认家长1"):
        assert "人没到" not in parent.say("取消", said)
        assert "等您确认" not in parent.heard[-1]
    assert roll.state(chat.db, room.id, TODAY) is None


def test_a_teacher_can_do_what_a_parent_can(chat: Chat, room: Classroom) -> None:
    assert "您同意吗" in chat.say("寄宿与上下学需求")
    assert "全到" not in chat.say("同意")
    assert "没有提交" in chat.say("取消")
    assert "入学登记" in chat.say("菜单")


def test_a_switched_off_account_is_a_parent(chat: Chat, room: Classroom) -> None:
    with chat.db.write():
        chat.db.run("UPDATE staff SET active = 0")
    chat.say("全到")
    assert roll.state(chat.db, room.id, TODAY) is None


def test_a_retry_of_the_platform_changes_nothing(chat: Chat, room: Classroom) -> None:
    from tests.hands.chat import PLATFORM

    xml = PLATFORM.text(chat.openid, "王小明没来")
    assert chat.send(xml) == chat.send(xml)
    assert len(chat.reports()) == 1


def test_parents_wait_are_listed_and_decided(chat: Chat, room: Classroom) -> None:
    for number, name in enumerate(NAMES[:3]):
        body = {"child_name": name, "school": SCHOOL, "grade": "三年级", "class_name": "2班", "town": TOWN,
                "relation": "祖母", "phone": f"1381111222{number}", "last_seen": "昨天", "on_leave": "否"}  # fmt: skip
        who = f"wechat:p{number}"
        done = door.receive(chat.db, "absence", body, channel="wechat", reporter=who)
        row = lookup.find_report(chat.db, done.receipt)
        assert row is not None
        assert links.suggest(chat.db, who, lookup.answers_of(chat.db, row))
    assert "3 位家长等您确认" in chat.say("全到")
    shown = chat.say("确认家长 1")  # nobody is confirmed unseen
    assert "三年级2班 王小明的家长（祖母，电话 *******2220）" in shown
    assert links.confirmed(chat.db, "wechat:p0") == []
    assert "确认了" in chat.say("确认家长 1")
    assert links.confirmed(chat.db, "wechat:p0")[0].facts["child_name"] == "王小明"
    again = chat.say("确认家长 1")  # tapped twice: the next one is not decided about
    assert "已经处理过" in again
    assert "2. 三年级2班 李红的家长" in again
    assert links.confirmed(chat.db, "wechat:p1") == []
    assert "记下了" in chat.say("不是家长2")
    assert links.confirmed(chat.db, "wechat:p1") == []
    assert "没有第 9 位" in chat.say("确认家长9")
    links.decide(chat.db, teacher(chat.db, room, login="other"), "wechat:p2", room.children["张雨桐"], True)
    assert "已经处理过" in chat.say("不是家长 3")
    assert "没有等您确认" in chat.say("家长")


def test_a_class_that_is_taken_away_while_its_roll_waits(chat: Chat, room: Classroom) -> None:
    for word in ("确认", "是的"):
        assert "请您核对" in chat.say("王小明三天没来了")
        person = bindings.person_bound(chat.db, chat.db.all("SELECT reporter FROM bound")[0]["reporter"])
        assert person is not None
        bindings.leave(chat.db, person.id, room.id)
        assert chat.say(word) != "success"
        bindings.teach(chat.db, person.id, room.id)
        assert "请您核对" not in chat.say("确认")
    assert "有变动" in next(one for one in chat.heard if "名单" in one)
    assert chat.reports() == []


def test_the_call_says_whom_to_look_for(chat: Chat, room: Classroom) -> None:
    person = bindings.person_bound(chat.db, chat.db.all("SELECT reporter FROM bound")[0]["reporter"])
    assert person is not None
    roll.mark(chat.db, room.id, TODAY - timedelta(days=3), {room.children["李红"]: "不明"}, person)
    told(chat.db, leave=True)
    reply = chat.say("点名")
    assert "三年级2班周五没来的：李红。今天来了吗？" in reply
    assert "三年级2班 王小明：妈妈说请假。" in reply
    assert WORDS not in reply
    reply = chat.say("全到")
    assert "王小明：妈妈说请假，您报的是到。真没到请说“王小明请假”。" in reply
    assert absent(chat, room) == {}
    assert "您报的是到" not in chat.say("王小明请假")
    assert absent(chat, room) == {"王小明": "事假"}
    assert "今天来了吗" not in chat.say("点名")


@pytest.mark.parametrize(
    ("said", "way", "result", "day"),
    [
        ("家访 王小明，奶奶说不念了", "家访", "联系上了", "2026-11-23"),
        ("电话 王小明 没人接", "电话", "没联系上", "2026-11-23"),
        ("昨天去王小明家了，爷爷说不想念", "家访", "联系上了", "2026-11-22"),
        ("给王小明家打电话了，说在姥姥家", "电话", "联系上了", "2026-11-23"),
        ("我班王小明家去过了，奶奶说不念了", "家访", "联系上了", "2026-11-23"),
    ],
)
def test_a_call_and_a_visit_are_told_in_a_sentence(
    chat: Chat, room: Classroom, said: str, way: str, result: str, day: str
) -> None:
    chat.say("王小明没来")
    reply = chat.say(said)
    assert "请您核对：三年级2班 王小明" in reply
    assert way in reply
    case = cases.open_absence_of(chat.db, room.children["王小明"])
    assert case is not None
    assert [one.key for one in cases.events_of(chat.db, case)] == ["reported"]
    assert chat.say("确认").startswith("记下了。个案 001，接下来：")
    event = cases.events_of(chat.db, case)[-1]
    assert (event.key, event.channel, event.facts["way"], event.facts["result"], event.facts["day"]) == (
        "contact", "wechat", way, result, day,
    )  # fmt: skip
    assert event.words["words"] == said
    assert "记下了" not in chat.say("确认")
    assert len(cases.events_of(chat.db, case)) == 2


def test_what_is_no_call_and_no_visit_is_not_written_down(chat: Chat, room: Classroom) -> None:
    chat.say("王小明没来")
    for said in ("明天去王小明家家访", "王小明家长电话换了", "家访怎么记", "李红没来，打电话没人接", "取消"):
        assert "记在这个孩子的事里" not in chat.say(said)
    assert "现在没有在办的事" in chat.say("家访 张雨桐，都挺好")
    chat.say("李红没来", "确认")
    assert "只说一个孩子" in chat.say("家访 王小明和李红")
    chat.say("家访 王小明，奶奶说不念了")
    assert chat.say("取消") == "好的，没有记。"
    case = cases.open_absence_of(chat.db, room.children["王小明"])
    assert case is not None
    assert [one.key for one in cases.events_of(chat.db, case)] == ["reported"]
