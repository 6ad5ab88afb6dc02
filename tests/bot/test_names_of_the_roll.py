"""Names that the roll has help to read what was said, and namesakes are asked about; of the roll nobody learns anything."""

import pytest

from tests.hands.chat import AGREED, Chat, bound, kept
from tests.hands.classroom import SCHOOL_NAME, Classroom, classroom

UYGHUR = "阿依古丽·买买提"
DOTS = ("·", "•", "．", "・", ".", "‧", "･", " ", " · ", "-", "")


@pytest.fixture
def room(chat: Chat) -> Classroom:
    return classroom(chat.db, names=("李想", "高明", UYGHUR, "赵磊"))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("李想在三年级二班，三天没来上学了", "李想"),
        ("孩子李想想住校，离学校远", "李想"),
        ("高明天天都没来上学，三天了", "高明"),
        ("李想三天没来上学了", "李想"),
    ],
)
def test_what_may_be_read_in_several_ways_is_read_by_the_names_that_there_are(
    chat: Chat, room: Classroom, said: str, name: str
) -> None:
    chat.say(said, AGREED)
    assert "叫什么名字" not in chat.heard[-1]
    chat.say("我的信息")
    chat.say("继续")
    row = chat.db.one("SELECT state FROM conversations")
    assert row
    assert f'"child_name":"{name}"' in chat.db.keys.unlock(row["state"], "conversations.state", chat.reporter)


@pytest.mark.parametrize("dot", DOTS)
@pytest.mark.parametrize("said", ["我家孩子{}三天没上学了", "我是{}的妈妈，孩子想住校，离校远"])
def test_a_name_of_two_parts_is_heard_with_every_dot(
    chat: Chat, room: Classroom, dot: str, said: str
) -> None:
    chat.say(said.format(UYGHUR.replace("·", dot)), AGREED)
    row = chat.db.one("SELECT state FROM conversations")
    assert row
    assert f'"child_name":"{UYGHUR}"' in chat.db.keys.unlock(
        row["state"], "conversations.state", chat.reporter
    )


@pytest.mark.parametrize("dot", DOTS[:-1])
def test_the_same_where_the_name_is_asked_for_and_on_a_page(chat: Chat, room: Classroom, dot: str) -> None:
    written = UYGHUR.replace("·", dot)
    chat.say("想让孩子住校，离校远", AGREED, written)
    chat.say("石人镇", "妈妈", "13811112220", "确认")
    assert kept(chat)["child_name"] == UYGHUR


def test_talk_is_no_name_though_a_child_is_called_so(chat: Chat) -> None:
    classroom(chat.db, names=("高兴", "白天", "于是"))
    for said in ("孩子不高兴，三天没去上学了", "孩子白天不去上学，三天了", "于是三天没去上学"):
        chat.say("取消")
        chat.say(said, AGREED) if not chat.db.one("SELECT 1 FROM consents") else chat.say(said)
        assert "叫什么名字" in chat.heard[-1], said


def test_of_namesakes_the_class_is_asked_openly_and_nothing_is_told(chat: Chat) -> None:
    classroom(chat.db, names=("李想",))
    classroom(chat.db, grade="五年级", name="1班", names=("李想",))
    chat.say("李想三天没去上学了，没请假，在石人镇中心小学", AGREED)
    assert "孩子在几年级几班" in chat.heard[-1]
    heard = "\n".join(chat.heard)
    assert "五年级" not in heard
    assert "1班" not in heard
    chat.say("五年级一班", "妈妈", "13811112220")
    assert "请您核对" in chat.heard[-1]
    chat.say("确认")
    assert (kept(chat)["grade"], kept(chat)["class_name"]) == ("五年级", "1班")


def test_who_does_not_know_the_class_is_not_held_up(chat: Chat) -> None:
    classroom(chat.db, names=("李想",))
    classroom(chat.db, grade="五年级", name="1班", names=("李想",))
    chat.say("李想三天没去上学了，没请假，在石人镇中心小学", AGREED)
    for _ in range(4):
        if "几年级" in chat.heard[-1] or "几班" in chat.heard[-1]:
            chat.say("不知道")
    chat.say("妈妈", "13811112220")
    assert "请您核对" in chat.heard[-1]


def test_one_child_of_a_name_or_none_is_asked_no_more_than_before(chat: Chat, room: Classroom) -> None:
    for name in ("李想", "李响"):
        chat.say("取消")
        chat.say(f"我家孩子{name}三天没去上学了，没请假，在{SCHOOL_NAME}")
        if not chat.db.one("SELECT 1 FROM consents"):
            chat.say(AGREED)
        assert "几年级" not in chat.heard[-1]
        assert "几班" not in chat.heard[-1]


def test_a_teacher_is_asked_with_what_tells_them_apart(chat: Chat) -> None:
    made = classroom(chat.db, names=("李想", "王小明", "李想"))
    bound(chat, made)
    reply = chat.say("李想没来")
    assert "男" in reply or "女" in reply or "月生" in reply or "日生" in reply
