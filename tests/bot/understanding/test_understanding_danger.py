"""Danger to a child needs a child; a bare cry, and who despairs, is heard all the same."""

from collections.abc import Iterator
from datetime import date

import pytest

from bot.understanding import understand
from intake.settings import Settings
from tests.hands.chat import Chat, opened
from tests.hands.phrases import table

TODAY = date(2026, 11, 23)


@pytest.fixture
def chat(settings: Settings) -> Iterator[Chat]:
    with opened(settings, TODAY="2026-11-23") as one:
        yield one


@pytest.mark.parametrize(
    ("said", "meant"),
    table(
        """
        other: 我开车被人追尾了，腰受伤了，对方不赔 | 骑电动车被货车撞骨折了 | 昨晚高速上出车祸死了两个人
        other: 小区里有人打架，打得头破血流 | 两口子打架动刀了 | 我和邻居打架被打成轻伤怎么办
        other: 我老公打我，要离婚 | 我被公司同事打了 | 前夫喝多了又来闹，把门砸了
        other: 工地上有人摔下来了 | 老板拖欠工资，工友要跳塔吊讨薪 | 厂里机器把手压断了算工伤吗
        safety: 被打了 | 不想活了 | 救命 | 让人欺负了 | 我不想活了 | 活着没意思
        safety: 孩子被打了 | 俺孙子让人揍了 | 他才8岁让人打了 | 娃找不着了
        safety: 我被同学堵厕所里打 | 老师把我儿子打了 | 一年级小孩放学被车撞了
        safety: 孩子在幼儿园受伤了 | 闺女在托儿所磕破了头 | 娃在学前班让人推倒摔骨折了
        safety: 人前装没事，一回家就想消失 | 我要是不在了他们才会后悔吧 | 打完疫苗当晚孩子就抽了，卫生院不认账
        safety: 井没盖，路过的小孩掉进去了，物业不修 | 在园里胳膊脱臼了，园方拖到今天没人道歉
        safety: 学生在校上体育课摔断了胳膊，学校要负什么责任 | 女儿被邻居猥亵了怎么报案 | 未成年人被打成轻伤对方不赔怎么办
        """
    ),
)
def test_danger_needs_a_child(said: str, meant: str) -> None:
    assert (understand(said, TODAY).intent == "safety") == (meant == "safety")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("我被我爸打了，我现在躲邻居家", "受侵害"),
        ("他让他后爹给揍了，跑我家来了", "受侵害"),
        ("我妈不要我了，我一个人在家", "受侵害"),
        ("孩子一个人在家，两天没吃饭了", "受侵害"),
        ("体育老师摸我", "受侵害"),
        ("我小儿子放学到这会儿还没着家，打电话也不接", "走失失联"),
        ("大孙子跑出去天都黑了还没回家", "走失失联"),
        ("放学没接着孩子", "走失失联"),
        ("孩子早上背书包走的，老师说没到校，我们也找不着人", "走失失联"),
        ("我想从楼上跳下去", "自伤风险"),
        ("我儿子在家割手腕", "自伤风险"),
        ("孩子给狗掏了", "突发疾病或受伤"),
    ],
)
def test_danger_is_acted_upon_in_the_words_of_the_place(said: str, what: str) -> None:
    heard = understand(said, TODAY)
    assert (heard.intent, heard.acts, heard.extras["what"]) == ("safety", True, what)


@pytest.mark.parametrize(
    "said",
    [
        "我让我爸打了个电话给老师",
        "孩子到现在没回学校上学",
        "放学没接到老师通知",
        "早上联系不上老师",
        "我想跳绳",
        "孩子作业三天没写",
        "孩子让他妈打扮得可好看了",
        "孩子给奶奶捶背",
        "孩子叫他爸抽空来学校一趟",
        "我给他爸打，没人接",
        "我给他爸打了，没接",
        "今天去教育局办事找不着人",
        "早上去学校问助学金找不到人",
        "下午去镇里交材料，没找到人",
        "孩子他爸打工到现在没回家",
        "叔叔和父亲她都不认",
        "孩子爷爷三天没吃饭了",
        "孩子从楼上跳下来跟我玩",
    ],
)
def test_words_that_look_like_danger_are_none(said: str) -> None:
    heard = understand(said, TODAY)
    assert not (heard.intent == "safety" and heard.acts)


@pytest.mark.parametrize(
    "said",
    [
        "孩子让他妈打了退烧针",
        "孩子让他妈打了车接走了",
        "孩子让他奶绑了辫子",
        "孩子叫他爸绑定微信",
        "老师摸了孩子额头说发烧了",
        "我妈把我丢下的活干完了",
    ],
)
def test_no_rule_takes_help_for_a_blow(said: str) -> None:
    assert "what" not in understand(said, TODAY).extras


@pytest.mark.parametrize(
    "said",
    [
        "孩子被他爸打得浑身是伤",
        "孩子给他爸打了一顿",
        "闺女让她后妈烫了",
        "孩子被他爸抽了一鞭子",
        "孩子让他爸打了两巴掌",
        "儿子让他爷给锁屋里了",
        "孩子被他爸打了，不敢回家",
    ],
)
def test_a_blow_of_its_own_kin_is_one(said: str) -> None:
    assert understand(said, TODAY).extras["what"] == "受侵害"


@pytest.mark.parametrize(
    "said",
    ["面包车核载七人，多带个娃扣几分", "实习老师拿零食哄学生扫码注册", "想给孩子报个画画班，看了几家都没有消防手续，没人查吗"],
)  # fmt: skip
def test_a_child_of_whom_nothing_bad_is_told_is_in_no_danger(said: str) -> None:
    assert understand(said, TODAY).intent == "other"


@pytest.mark.parametrize("said", ["俺孙子叫王小明", "我孙女叫李想，8岁", "我孙子叫王小明，在石人小学三年级"])
def test_who_says_whose_grandmother_she_is_is_offered_no_alarm(said: str) -> None:
    heard = understand(said, TODAY)
    assert "safety" not in (heard.intent, *heard.offers)


@pytest.mark.parametrize(
    "said", ["高速上出车祸了，翻车了", "在工地触电了", "小区里有人跟他打架，打得头破血流"]
)
def test_of_a_child_that_is_talked_of_already_the_same_words_are_danger(said: str) -> None:
    assert understand(said, TODAY).intent != "safety"
    assert understand(said, TODAY, ongoing=True).intent == "safety"


def test_danger_in_the_middle_of_a_report_is_the_childs(chat: Chat) -> None:
    assert "马上打 110" not in chat.say("高速上出车祸了，翻车了")
    chat.say("我孙子三天没上学了", "同意")
    assert "马上打 110" in chat.say("高速上出车祸了，翻车了")


@pytest.mark.parametrize(
    ("said", "meant"),
    table(
        """
        enrollment: 咨询孩子转学的手续 | 反映小区学区划分不合理 | 请求解决随迁子女入学问题 | 希望多建几所公办幼儿园
        enrollment: 建议就近入学，重新划片 | 想问问外地户口孩子能不能来这上学 | 投诉小学招生不公平
        boarding: 希望镇上开通校车 | 反映食堂饭菜太差 | 咨询住校怎么申请 | 建议公交车在学校门口设站
        subsidy: 助学金怎么还没发下来 | 关于营养餐补助的咨询 | 反映贫困生补助被克扣 | 希望尽快发放寄宿生补助
        other: 投诉学校暑假补课收费 | 教师工资拖欠三个月 | 幼儿园学费太贵了 | 班主任换了三个 | 学校按成绩分重点班
        other: 离婚孩子归谁 | 房产证什么时候能办 | 建议校门口装红绿灯 | 咨询教师资格证报名时间 | 物业乱收停车费
        """
    ),
)
def test_what_is_asked_wished_or_complained_of_is_that_matter(said: str, meant: str) -> None:
    assert understand(said, TODAY).intent == meant
