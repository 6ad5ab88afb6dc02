"""What people really answer: in another order, in whole sentences, with yes and no in many words."""

from collections.abc import Iterator

import pytest

from intake.kinds.envelope import Envelope
from intake.settings import Settings
from tests.hands.chat import AGREED, RECEIPT, Chat, kept, opened

FULL = "我是王小明奶奶，他在实验小学三年级，上周一开始没去上学，没请假，家住石人镇，电话13812345678"


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


@pytest.mark.parametrize(
    "said",
    [
        "男孩",
        "孩子小名叫豆豆",
        "孩子爸在外地",
        "他爹",
        "另一个孩子也是",
        "俩孩子",
        "我家孩子",
        "儿子",
        "孩子自己走着去",
    ],
)
@pytest.mark.parametrize("before", [(), ("孩子不上学", AGREED), ("想坐校车", AGREED, "王红，石人镇")])
def test_plain_words_about_a_child_alarm_nobody(chat: Chat, before: tuple[str, ...], said: str) -> None:
    if before:
        chat.say(*before)
    assert "110，" not in chat.say(said)
    assert chat.reports() == []


@pytest.mark.parametrize("name", ["李一", "何静", "田甜", "欧阳雪"])
@pytest.mark.parametrize(
    "shape", ["{}，石人中学初一，石人镇", "{} 石人镇 石人中学", "孩子叫{}，在石人中学念初一"]
)
def test_what_fits_the_question_is_its_answer(chat: Chat, name: str, shape: str) -> None:
    chat.say("孩子不上学", AGREED)
    assert "叫什么名字" not in chat.say(shape.format(name))
    chat.say("取消", "孩子不上学")
    assert "入学登记" not in chat.heard[-1]


@pytest.mark.parametrize(
    "said", ["谢谢你啊", "低保", "等一下", "湾沟镇", "前天", "国庆以后", "石人镇中心小学"]
)
def test_a_name_is_no_other_word(chat: Chat, said: str) -> None:
    chat.say("想让孩子住校", AGREED)
    assert "叫什么名字" in chat.say(said)


@pytest.mark.parametrize("said", ["石人镇", "好几天了", "没跟老师说"])
def test_a_school_is_no_other_word(chat: Chat, said: str) -> None:
    chat.say("孩子三天没上学了，王小明", AGREED)
    if "叫什么名字" in chat.heard[-1]:
        chat.say("王小明")
    assert "哪个学校" in chat.say(said)


def test_the_town_of_a_schools_name_is_not_where_the_child_lives(chat: Chat) -> None:
    chat.say("孩子三天没上学了", AGREED)
    assert "镇或街道" in chat.say("王小强，石人镇中心小学四年级")
    chat.say("湾沟镇")
    assert "湾沟镇" in chat.say("没请假", "爸爸", "13812345678")


@pytest.mark.parametrize("yes", ["行，提交吧", "交吧", "谢谢，没毛病", "对的", "没问题", "嗯呢", "就这样吧"])
def test_yes_in_many_words(chat: Chat, yes: str) -> None:
    chat.say(FULL, AGREED)
    assert RECEIPT.search(chat.say(yes))


@pytest.mark.parametrize("no", ["不对", "不是", "都错了", "不对啊"])
def test_no_asks_what_is_wrong(chat: Chat, no: str) -> None:
    chat.say(FULL, AGREED)
    assert "哪一条不对" in chat.say(no)
    assert chat.reports() == []


@pytest.mark.parametrize(
    ("said", "key", "value"),
    [
        ("13900001111", "phone", "13900001111"),
        ("我电话换了13900001111", "phone", "13900001111"),
        ("换成四年级", "grade", "四年级"),
        ("是四年级", "grade", "四年级"),
        ("请过假了其实", "on_leave", "是"),
        ("名字是王小铭", "child_name", "王小铭"),
        ("厌学", "reason", "厌学"),
        ("其实住湾沟镇", "town", "湾沟镇"),
        ("在二班", "class_name", "2班"),
    ],
)
def test_a_read_back_takes_whatever_is_said_to_it(chat: Chat, said: str, key: str, value: str) -> None:
    chat.say(FULL, AGREED)
    assert "请您核对" in chat.say(said)
    chat.say("确认")
    assert kept(chat)[key] == value


def test_a_line_can_be_named(chat: Chat) -> None:
    chat.say(FULL, AGREED)
    asked = chat.say("第2条不对")
    assert "改学校" in asked


@pytest.mark.parametrize("said", ["算了", "不填了", "算了不报了", "不报了"])
def test_giving_up(chat: Chat, said: str) -> None:
    chat.say("想让孩子住校", AGREED)
    assert "没有提交" in chat.say(said)


def test_facts_in_any_order_are_kept(chat: Chat) -> None:
    chat.say("孩子不念了", AGREED)
    chat.say("王梓轩，石人中学，初一，没请假，上周五开始没去，石人镇，我是他爸，13812345678")
    assert "请您核对" in chat.heard[-1]
    chat.say("确认")
    told = kept(chat)
    assert (told["on_leave"], told["last_seen"], told["relation"]) == ("否", "2026-11-20", "父")


def test_who_does_not_know_the_day_is_helped(chat: Chat) -> None:
    chat.say("邻居家孩子不上学了", AGREED, "王小强", "跳过", "石人镇")
    assert "2. 一个月" in chat.say("记不清了")
    chat.say("半个月", "不清楚")
    assert "什么人" in chat.heard[-1] or "电话" in chat.heard[-1]
    chat.say("邻居" if "什么人" in chat.heard[-1] else "13812345678", "13812345678")
    chat.say("确认")
    assert kept(chat)["last_seen"] == "2026-11-08"
    assert kept(chat)["on_leave"] == "否"


def test_holidays_tell_the_day(chat: Chat) -> None:
    chat.say("孩子不上学", AGREED, "王小强，石人中学", "石人镇", "国庆之后就没去")
    assert "请过假" in chat.heard[-1]


def test_consent_is_explained_to_who_asks(chat: Chat) -> None:
    chat.say("孩子不上学")
    for said in ("不同意会咋样", "你们拿我信息干啥？"):
        assert "不影响孩子上学" in chat.say(said)
    assert chat.heard[0].endswith("您同意吗？回复 同意 或 不同意。")
    assert chat.heard[1].endswith("您同意吗？回复 同意 或 不同意。")
    assert chat.heard[2].endswith("接着登记，回复 同意。"), "nobody is asked a third time"
    assert "叫什么名字" in chat.say(AGREED)


def test_two_children_of_one_message_have_a_report_each(chat: Chat) -> None:
    chat.say("我家李明和李亮明天请假，都发烧了", AGREED)
    for _ in range(8):
        if "哪个学校" in chat.heard[-1]:
            chat.say("实验小学")
        elif "请您核对" in chat.heard[-1]:
            chat.say("确认")
        else:
            break
    names = {reportee["child_name"] for reportee in (kept(chat, 0), kept(chat, 1))}
    assert names == {"李明", "李亮"}


@pytest.mark.parametrize(
    ("said", "safe"),
    [("没事了现在在家挺好的", "是"), ("找到了，没事，在同学家", "是"), ("不安全，他不敢出门", "否"), ("还没找着", "否"),
     ("不知道安不安全", "不清楚")],
)  # fmt: skip
def test_a_childs_safety_in_many_words(chat: Chat, said: str, safe: str) -> None:
    chat.say("孩子让人打了", "行")
    assert "孩子现在安全吗" in chat.heard[-1]
    chat.say(said)
    assert "孩子现在安全吗" not in chat.heard[-1]
    assert kept(chat)["safe_now"] == safe


def test_what_is_said_right_after_is_added(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认")
    assert "补进刚才的登记" in chat.say("对了，他是因为厌学")
    assert len(chat.reports()) == 1
    assert kept(chat)["reason"] == "厌学"


def test_an_unknown_receipt_is_said_to_be_unknown(chat: Chat) -> None:
    assert "没查到" in chat.say("回执1234 5678 9012")


def test_another_matter_from_the_menu_lets_the_draft_wait(chat: Chat) -> None:
    chat.say("孩子不上学", AGREED, "王小强，石人中学")
    assert "先放一放" in chat.say("菜单", "3")
    chat.say("取消")
    assert "孩子未到校" in chat.heard[-1]
    assert "叫什么名字" not in chat.heard[-1]


def test_a_talk_with_the_staff_is_left_by_a_word(chat: Chat) -> None:
    chat.say("孩子不上学", AGREED, "王小强，石人中学", "人工", "有人吗")
    assert "镇或街道" in chat.say("继续")
    assert "转给工作人员" not in chat.say("石人镇")


def test_enrollment_without_the_number_goes_on(chat: Chat) -> None:
    chat.say("孩子转学到咱这，户口在靖宇县，租房住在江源街道", AGREED)
    heard = []
    for _ in range(12):
        asked = chat.heard[-1]
        heard.append(asked)
        if "请您核对" in asked:
            break
        chat.say(
            "王小强，江源街道" if "叫什么名字" in asked else "江源街道" if "镇或街道" in asked else "忘带了" if "身份证" in asked
            else "居住证" if "凭什么" in asked else "不住校" if "住校" in asked else "妈妈" if "什么人" in asked
            else "跳过" if "居住证号" in asked or "以前在" in asked else "13812345678"
        )  # fmt: skip
    assert "请您核对" in heard[-1]
    assert not any("户口在哪里" in asked or "现在住在哪里" in asked for asked in heard)


@pytest.mark.parametrize("said", ["没请假", "没有请假", "没请过假", "孩子没请假", "没跟老师说"])
def test_no_leave_out_of_turn_is_no_leave(chat: Chat, said: str) -> None:
    chat.say("孩子不上学了", AGREED, "孙佳，石人中学", said, "石人镇", "上周五", "爸爸", "13812345678")
    assert "请您核对" in chat.heard[-1]
    chat.say("确认")
    assert kept(chat)["on_leave"] == "否"
    assert Envelope.of(chat.reports()[0]).status.word == "线索"


def test_a_wrong_identity_number_is_said_to_be_wrong(chat: Chat) -> None:
    chat.say("孩子明年上一年级，报名", AGREED)
    assert "身份证号" in chat.say("王小强，江源街道，220605201909123455")


def test_all_of_an_enrollment_in_one_message(chat: Chat) -> None:
    chat.say(
        "给孩子报名上小学一年级，孩子叫王小强，身份证号22060520200131001X，户籍白山市江源区石人镇榆木桥子村，现住石人镇榆木桥子村，按户籍入学，不住校，"
        "我是他爸，电话13812345678",
        AGREED,
    )
    asked = "\n".join(chat.heard)
    assert "户口在哪里" not in asked
    assert "现在住在哪里" not in asked
    assert "凭什么" not in asked


def test_the_class_stays_out_of_the_schools_name(chat: Chat) -> None:
    chat.say("孩子发烧明天请假", AGREED, "李浩然，石人镇中心小学三年二班", "确认")
    told = kept(chat)
    assert (told["school"], told["grade"], told["class_name"]) == ("石人镇中心小学", "三年级", "2班")


def test_a_correction_right_after_the_receipt(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认")
    assert "回执号不变" in chat.say("电话写错了，是13943912369")
    assert kept(chat)["phone"] == "13943912369"


@pytest.mark.parametrize("said", ["是五天不是三天", "不是三天，是五天"])
def test_days_are_put_right(chat: Chat, said: str) -> None:
    chat.say("我是王小明奶奶，他在实验小学三年级，三天没上学了，没请假，家住石人镇，电话13812345678", AGREED)
    assert "2026-11-20" in chat.heard[-1]
    assert "2026-11-18" in chat.say(said)


def test_one_need_takes_the_place_of_another(chat: Chat) -> None:
    chat.say("我是王小明奶奶，想让他住校，离学校太远，家住石人镇，电话13812345678", AGREED)
    chat.say("把住校改成坐校车", "确认")
    assert kept(chat)["needs"] == "校车"


@pytest.mark.parametrize(
    "said",
    ["他爸去年车祸没了，家里困难想要补助", "孩子丢了校服，咋补", "孩子跟同学打赌输了", "孩子打小就身体弱"],
)
def test_old_and_small_troubles_alarm_nobody(chat: Chat, said: str) -> None:
    assert "110，" not in chat.say(said)
    assert chat.reports() == []


def test_words_of_an_emergency_are_all_kept(chat: Chat) -> None:
    chat.say("有人要拐孩子", "孩子找不着了")
    assert "找不着" in str(kept(chat)["description"])


def test_two_children_with_two_matters(chat: Chat) -> None:
    chat.say("老大想住校，老二要转学", AGREED)
    for _ in range(8):
        asked = chat.heard[-1]
        if "接着说" in asked:
            break
        chat.say("王大明，石人镇" if "叫什么名字" in asked else "离学校远" if "因为什么" in asked else "爸爸" if "什么人" in asked
                 else "确认" if "请您核对" in asked else "13812345678")  # fmt: skip
    assert "叫什么名字" in chat.heard[-1]


def test_goodbyes_are_returned(chat: Chat) -> None:
    chat.say(FULL, AGREED, "确认")
    for said in ("好的", "再见"):
        assert "您想说哪件事" not in chat.say(said)


def test_somebody_without_a_phone_is_told_what_to_do(chat: Chat) -> None:
    chat.say("孩子不上学了，三天没去，没请假", AGREED, "孙佳，石人中学", "石人镇", "奶奶")
    assert "邻居" in chat.say("我没有电话")


def test_nobody_in_danger_is_refused_for_a_contradiction(chat: Chat) -> None:
    chat.say("孩子不上学", AGREED, "王小强，石人中学", "石人镇大石棚子村")
    assert "110" in chat.say("孩子在江源街道富强社区让人打了")
    assert len(chat.reports()) == 1
    chat.say("他住江源街道", "13812345678", "八宝村那边也有人看见了")
    told = str(kept(chat)["description"])
    assert "让人打了" in told
    assert "八宝村" in told


def test_what_grows_when_it_is_made_regular_still_fits(chat: Chat) -> None:
    assert "110" in chat.say("孩子被打了" + "\u0344" * 490)
    assert "转给" in chat.say("\u0344" * 400) or "记下" in chat.heard[-1]
    assert len(chat.reports()) == 1
