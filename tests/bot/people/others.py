"""Neighbours, cadres, children themselves, and those who come with something else than a report."""

from dataclasses import dataclass

from tests.bot.people.player import Person

OTHERS = (
    Person(
        "邻居，别让他家知道",
        "absence",
        ("隔壁老李家孩子不上学了，别让他家知道是我说的",),
        "child_name: 李伟，石人中学 / school: 石人中学 / town: 石人镇 / on_leave: 没请 / phone: 不想留电话",
        "child_name: 李伟 / school: 石人中学 / town: 石人镇 / on_leave: 否 / relation: 邻居/其他",
        10,
        confidential=True,
    ),
    Person(
        "邻居，只知道住哪",
        "absence",
        ("邻居家小孩老不去上学",),
        "town: 石人镇大石棚子村",
        "town: 石人镇 / village: 大石棚子村 / on_leave: 否 / relation: 邻居/其他",
        11,
        otherwise="这我哪知道",
    ),
    Person(
        "对门，不留名",
        "absence",
        ("对门家姑娘十来天没上学了，我就不留名了",),
        "child_name: 不知道叫啥 / school: 好像是实验小学 / town: 孙家堡子街道 / on_leave: 不清楚",
        "sex: 女 / school: 实验小学 / town: 孙家堡子街道 / last_seen: 大约2026-11-13 / on_leave: 否 / "
        "relation: 邻居/其他",
        9,
        confidential=True,
    ),
    Person(
        "村干部",
        "absence",
        ("我是大石棚子村的村干部，村里有个孩子辍学了",),
        "child_name: 于洋 / school: 石人中学 / town: 石人镇 / last_seen: 10月8日 / on_leave: 没有 / "
        "phone: 13812345670",
        "child_name: 于洋 / school: 石人中学 / town: 石人镇 / village: 大石棚子村 / last_seen: 2026-10-08 / "
        "on_leave: 否 / relation: 村(居)干部 / phone: 13812345670",
        10,
        told="relation town",
    ),
    Person(
        "没绑定的班主任",
        "absence",
        ("我是班主任，班上学生周浩三天没来了，石人中学初二1班",),
        "town: 石人镇 / on_leave: 没请假 / phone: 13812345671",
        "child_name: 周浩 / school: 石人中学 / grade: 八年级 / class_name: 1班 / town: 石人镇 / "
        "last_seen: 2026-11-20 / on_leave: 否 / relation: 班主任 / phone: 13812345671",
        7,
        told="child_name relation school",
    ),
    Person(
        "舅舅",
        "absence",
        ("外甥在家玩手机不去学校",),
        "child_name: 何勇 / school: 不清楚 / town: 砟子镇 / last_seen: 一个多月前 / on_leave: 不知道 / "
        "relation: 舅舅 / phone: 13812345672",
        "child_name: 何勇 / sex: 男 / town: 砟子镇 / last_seen: 大约2026-10-23 / on_leave: 否 / "
        "reason: 网络沉迷 / relation: 其他亲属 / phone: 13812345672",
        11,
    ),
    Person(
        "堂哥，说一半改了学校",
        "absence",
        ("堂弟不念了",),
        "child_name: 刘波，石人中学 / school: 石人中学 / town: 石人镇 / last_seen: 不是，我说错了，学校是湾沟中学 > 上周五 / "
        "on_leave: 没 / relation: 其他亲戚 / phone: 13812345673",
        "child_name: 刘波 / sex: 男 / school: 湾沟中学 / town: 石人镇 / last_seen: 2026-11-20 / on_leave: 否 / "
        "relation: 其他亲属 / phone: 13812345673",
        12,
    ),
    Person(
        "志愿者，问这问那",
        "boarding",
        ("村里有个孩子上学太远，想住校",),
        "child_name: 陶亮 / town: 大阳岔镇 / reason: 远 / relation: 邻居 / phone: 没有电话",
        "child_name: 陶亮 / town: 大阳岔镇 / needs: 寄宿 / reason: 离校远 / relation: 邻居/其他",
        10,
        asks="town: 住校一年多少钱？",
        told="needs",
    ),
)


@dataclass(frozen=True)
class Visit:
    """Somebody who comes with something else: what she says, what is answered last, and what is kept of it."""

    called: str
    says: tuple[str, ...]
    hears: str
    """A pattern of the last reply."""
    reports: tuple[str, ...] = ()
    """Kinds of the reports that exist then."""
    marked: str = ""
    """The mark under which a person reads her last message."""

    def __str__(self) -> str:
        return self.called


SENT = (
    "孩子三天没上学了，王小明，石人中学初一，家住石人镇，没请假",
    "同意",
    "我是他妈妈，13812345678",
    "确认",
)
BACK = "您说王小明.*回学校了"
DANGER = "110(.|\n)*孩子现在安全吗"

VISITS = (
    Visit("回学校了，说人到了", (*SENT, "人已经到学校了，不麻烦你们了"), BACK, ("absence",)),
    Visit("回学校了，背书包", (*SENT, "娃今天自己背书包走了，上学去了"), BACK, ("absence",)),
    Visit("回学校了，不用管", (*SENT, "不用管了，孩子又去念书了"), BACK, ("absence",)),
    Visit("没回成", (*SENT, "去了一天又不去了"), "(?s)^(?!.*回学校了)", ("absence",)),
    Visit("问进度", (*SENT, "我那事办得咋样了"), "回执", ("absence",)),
    Visit("撤回", (*SENT, "弄错了，撤销吧"), "撤回|撤", ("absence",)),
    Visit("改主意问补助", ("孩子不上学了", "同意", "王小明", "算了，我想问补助"), "资助困难"),
    Visit("改主意要住校", ("孩子不上学了", "拉倒吧，还是说说住校的事"), "寄宿与上下学需求"),
    Visit("改主意，还没同意", ("孩子三天没上学了", "不说这个了，我要办助学金"), "资助困难"),
    Visit("两个孩子，各说各的", ("大儿子赵强在石人中学初一三天没去了，小闺女赵敏在石人小学想住校",), "两个孩子：赵强.*赵敏"),
    Visit("两个孩子，姐姐弟弟", ("姐姐周婷不念了在家，弟弟周浩上二年级想坐校车",), "两个孩子：周婷.*周浩"),
    Visit("食堂", ("学校食堂的饭是馊的，没人管吗",), "转给工作人员|记下了", (), "complaint"),
    Visit("校车超载", ("校车天天超载，怎么没人查",), "转给工作人员|记下了", (), "complaint"),
    Visit("学区", ("学区划分太不公平了，同一个小区分到两个学校",), "转给工作人员", (), "complaint"),
    Visit("问补助", ("补助一年给多少钱",), "依据："),
    Visit("问住校费", ("住校一年多少钱啊",), "依据："),
    Visit("问转学材料", ("想让孩子转到实验小学，需要啥材料",), "依据：|工作人员"),
    Visit("问电话", ("你们电话是多少",), "0439-3720000"),
    Visit("请假", ("孩子发烧明天请假",), "您要说的是请假"),
    Visit("被打了", ("我儿子在学校被人打了",), DANGER, ("safety",)),
    Visit("走丢了", ("孩子放学到现在没回家找不着了",), DANGER, ("safety",)),
    Visit("孩子自己说", ("我不想活了，没人管我",), "110", ("safety",)),
    Visit("孩子自己说被欺负", ("他们天天堵我要钱还打我，我不敢去学校",), "110", ("safety",)),
    Visit("填到一半出事", ("孩子不上学了", "同意", "王小明", "他刚才被高年级的打了"), DANGER, ("safety",)),
    Visit("大人的车祸", ("我上班路上被车撞了，能不能赔",), "(?s)^(?!.*孩子现在安全吗)"),
    Visit("老师工资", ("老师的绩效工资啥时候发",), "(?s)^(?!.*您要说的是)"),
    Visit("表情", ("😀", "[微笑]", "？"), "(?s)^(?!.*工作人员)"),
    Visit("回学校了，进教室", (*SENT, "劝好了，今早进教室了"), BACK, ("absence",)),
    Visit("要去还没去", (*SENT, "他说他要去上学了"), "(?s)^(?!.*回学校了)", ("absence",)),
    Visit("没孩子的事，回学校了", ("孩子回去上学了",), "没有正在办的"),
    Visit("不登了", ("孩子不上学了", "同意", "算了不弄了"), "没有提交"),
    Visit("换成老二", ("孩子三天没上学了，王小明", "同意", "不是，我说的是我二小子王小刚"), "换成王小刚"),
    Visit("重新来", ("孩子三天没上学了，王小明", "同意", "重新来"), "叫什么名字"),
    Visit("两个孩子，只说个数", ("俩孩子三天没去学校了",), "两个孩子"),
    Visit("两个孩子，双胞胎", ("双胞胎都不念了，一个叫刘洋一个叫刘海",), "两个孩子：刘洋.*刘海"),
    Visit("两个孩子，哥哥妹妹", ("哥哥王强三天没去了，妹妹王丽想申请补助",), "两个孩子：王强.*王丽"),
    Visit("教育局管不管", ("学校乱收费，教育局管不管",), "转给工作人员"),
    Visit("合理吗", ("一学期收三百块资料费，这合理吗",), "转给工作人员"),
    Visit("举报，别让学校知道", ("我要举报校长乱收费，别让学校知道是我说的",), "不想让别人知道.*\n.*转给工作人员"),
    Visit("问住校手续", ("孩子想住校怎么办手续",), "依据："),
    Visit("问报名时间", ("初中什么时候报名",), "工作人员|依据："),
    Visit("在家挨打", ("我爸喝多了就打我和我妈",), DANGER, ("safety",)),
    Visit("在家挨打，后妈", ("她后妈拿烟头烫她",), DANGER, ("safety",)),
    Visit("在家挨打，爷爷", ("爷爷用棍子打我",), DANGER, ("safety",)),
    Visit("书包里塞东西", ("同学往我书包里塞死老鼠",), DANGER, ("safety",)),
    Visit("没打通", ("我爸打我电话没打通",), "(?s)^(?!.*孩子现在安全吗)"),
    Visit("危险，说弄错了", ("孩子在学校让人打了", "弄错了，撤了吧"), "撤不回来", ("safety",)),
)  # fmt: skip
