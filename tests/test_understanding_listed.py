"""Hardship, program, needs and reasons inside free messages."""

import time
from datetime import date

import pytest

from bot.understanding import listed
from bot.understanding.found import Reader
from intake import text
from tests.test_understanding_numbers import table

TODAY = date(2026, 11, 23)


def labels(key: str, said: str) -> str:
    """Give the labels of one kind, in the order of the message, or -."""
    found = [one for one in listed.read_lists(text.normalise(said), TODAY) if one.key == key]
    return (
        " ".join(label for one in found for label in (one.value if isinstance(one.value, list) else []))
        or "-"
    )


def reason(reader: Reader, said: str) -> str:
    """Give the one reason, or -."""
    found = list(reader(text.normalise(said), TODAY))
    assert len(found) <= 1
    return str(found[0].value) if found else "-"


@pytest.mark.parametrize(
    ("said", "hardship"),
    table(
        """
        低保: 我家是低保户 | 低保户没有补助吗 | 我们吃低保的孩子能免啥
        脱贫户: 建档立卡户孩子 | 我家原来是贫困户
        防止返贫致贫对象: 监测户
        特困: 五保户
        孤儿: 孩子是孤儿 | 爹妈都没了
        事实无人抚养: 事实孤儿
        残疾: 他爸有残疾证 | 他爸二级残
        低保 残疾: 我家低保，他爸还残疾
        突发困难: 孩子他爸得了癌症 | 他爸出车祸了 | 家里突然出了大事
        其他: 单亲家庭 | 家里实在困难
        突发困难: 我爱人今年查出胃癌 | 孩子爸上个月工伤 | 家里房子让水冲了 | 俺家房子烧光了 | 他爸突然脑出血
        事实无人抚养: 他爸坐牢，他妈跟人跑了 | 父亲服刑，母亲失联多年
        孤儿: 父母双亡 | 双亲都不在了
        其他: 家里特别困难 | 我家穷，供不起 | 日子过得紧巴 | 家里都揭不开锅了
        -: 父母离婚了 | 小时候家里穷 | 家庭经济困难学生资助咋申请 | 一不是低保户二不是脱贫户 | 低保没给批
        -: 原先是低保户，今年被取消了 | 以前是贫困户，后来退出了 | 他爸瘫痪在床 | 父亲去世后母亲改嫁
        -: 真正困难的低保家庭却没有 | 孩子轻度脑瘫，我患腰疼 | 需要认定家庭经济困难 | 像孤儿那种钱
        -: 没有低保 | 不是低保，也不是贫困户 | 低保、残疾都没有
        -: 没有低保、残疾、特困这些 | 低保取消了 | 低保没批下来 | 想申请低保
        -: 我家低保也没有 | 困难补助咋申请 | 孩子出车祸了 | 人家低保户都有 | 特殊教育学校 | 交不起学费
        """
    ),
)
def test_hardship(said: str, hardship: str) -> None:
    assert labels("hardship", said) == hardship


@pytest.mark.parametrize(
    ("said", "program"),
    table(
        """
        营养餐: 营养餐补助咋还没发 | 午餐补助
        寄宿生生活补助: 寄宿生生活补助没到账 | 住校生补助 | 住校的补助多少钱
        非寄宿生生活补助: 非寄宿生补助 | 不住校的补助有没有 | 走读生有补助没 | 走读补助
        免学杂费: 学费免不免 | 免学费
        免费教科书: 书本费还要交吗 | 不是免费教科书吗
        社会捐助: 希望工程
        免学杂费: 咋还要交学费 不是义务教育吗 | 义务教育还收学费
        免费教科书: 书本费收了一百多 | 让交书钱 | 教材费九十
        非寄宿生生活补助: 走读的孩子有没有补助 | 不住校的能领补助不 | 非寄宿生的生活补助
        寄宿生生活补助: 住校的有没有补助 | 住宿生的生活费补助停了 | 生活补住 住校的 | 一补还没发
        校内资助: 学校给的资助 | 校内助学金
        营养餐: 学生奶没了
        -: 没钱买书 | 补课费 | 教辅材料费二百八 | 图书费谁收的
        -: 学校让捐款 | 补助多少钱 | 交学费 | 下一补课
        """
    ),
)
def test_program(said: str, program: str) -> None:
    assert labels("program", said) == program


@pytest.mark.parametrize(
    ("said", "needs"),
    table(
        """
        寄宿: 能不能住校 | 学校有宿舍吗 | 住宿费多少钱 | 想给孩子申请寄宿
        校车: 校车不到我们村 | 没校车 | 想坐校车
        公交: 没有公交 | 坐大客上学
        午餐: 中午没地方吃饭 | 中午吃不上饭 | 食堂能吃不
        寄宿 午餐: 想住校，中午也没地方吃饭
        寄宿: 想让姑娘住笑 | 宿舍八个人挤一屋
        校车: 校车上人多都站着 | 校车上太挤了 | 校车司机总迟到 | 能不能给派个车 | 没有公交，能坐校车不
        公交: 客车太少了 | 客运班车一天一趟
        午餐: 附近没有小饭桌 | 能不能在校就餐 | 学校供饭吗
        -: 上次报的住校咋样了 | 我反映的校车的事 | 申请的校车有信没 | 公交卡丢了 | 校车游戏 | 住宿酒店多少钱
        -: 食堂招人不 | 宿舍楼着火了 | 校车侧翻了 | 宿舍里被人打 | 午饭后孩子吐了 | 食堂食品安全
        -: 去年住校今年不住了 | 寄宿生补助没发 孩子住校 | 拿不出学费住宿费
        -: 不想住校 | 不住校 | 校车上被打了 | 校车司机 | 住校生补助 | 不用校车 | 免费午餐 | 大家都好
        """
    ),
)
def test_needs(said: str, needs: str) -> None:
    assert labels("needs", said) == needs


@pytest.mark.parametrize(
    ("said", "why"),
    table(
        """
        厌学: 不想念了 | 学习跟不上 | 学不进去 | 不是念书的料 | 孩子厌学
        厌师: 老师骂他他就不去了 | 怕老师 | 跟老师闹矛盾
        因病: 孩子住院了 | 生病了没去 | 老师我孩子病了 | 他妈带他住院
        因残: 脑瘫走不了路
        因贫: 家里没钱供不起 | 交不起钱 | 家里穷 | 家里困难，孩子出去打工
        外出务工: 不想念了出去打工了 | 进厂了 | 他在饭店打工 | 孩子跟他叔出去打工了 | 孩子说不念了要去学理发
        路远: 离学校太远没车 | 嫌离学校远 | 下大雪封路
        监护缺失: 爸妈都在大连打工，奶奶管不了 | 没人管 | 他奶奶住院没人接送
        家庭变故: 他妈跟人跑了 | 父母离婚了 | 爸去世了 | 他爸坐牢了
        早婚早育: 早早结婚了 | 怀孕了
        网络沉迷: 天天打游戏不想上学 | 泡网吧 | 天天玩手机
        欺凌: 被同学打了不敢去 | 总有人欺负他
        涉案: 被派出所抓了 | 偷东西让人抓住了
        失联: 联系不上人 | 电话打不通 | 孩子没来，电话也关机
        其他: 去外地旅游
        厌学: 一说上学就哭 | 觉得上学没意思 | 不想念了，我管不了
        厌师: 班主任当众损他 | 因与班主任发生矛盾
        因病: 得了抑郁症 | 大女儿有心脏病
        因残: 摔断腿落下残疾
        因贫: 爸去世了供不起他 | 实在拿不出钱
        外出务工: 跟他舅上工地了 | 去饭店刷盘子了 | 不念了，上广东进电子厂 | 跟人学剃头去了
        路远: 无车可乘 | 大雪封道
        监护缺失: 爹妈谁都不要他 | 父亲酗酒母亲出走 | 没人督促上学 | 他爸不送孩子上学
        家庭变故: 他妈病逝 | 母亲今年三月因病离世 | 他爸出车祸没了，孩子不想念了
        早婚早育: 大女儿怀孕了
        网络沉迷: 迷上网络游戏 | 天天抱着手机我管不了
        欺凌: 有人堵他要钱 | 高年级的熊他
        失联: 全家搬走了 | 家访没人
        -: 家长手机关机 | 孩子爸说姑娘念书没用 | 动员成绩差的学生离校 | 他姑结婚 | 班主任打好几回电话
        -: 装病 | 老师打电话说没来 | 他爸残疾 | 他妈又怀孕了 | 没人欺负他
        -: 联系不上老师 | 老师说没来上学 | 不去上学 | 旷课 | 他爸妈结婚
        -: 没去上学不知道为啥 | 上网课 | 网上查的
        -: 大家都说 | 有没有人管这事 | 我在外地打工，孩子不念了 | 他爸妈在江苏无锡那边打工他不念了
        """
    ),
)
def test_absence_reason(said: str, why: str) -> None:
    assert reason(listed.read_absence_reason, said) == why


@pytest.mark.parametrize(
    ("said", "why"),
    table(
        """
        离校远: 离学校太远了 | 家离学校十五里地太远 | 道远
        学校撤并: 学校撤了现在上学远 | 村小黄了 | 学校合并到镇里了
        监护人外出: 我和他妈都在大连打工，孩子跟奶奶 | 爸妈在外地 | 没人接送 | 家里没人做饭 | 留守儿童
        交通不便: 不通车 | 没有班车 | 道不好走 | 冬天路滑 | 坐车不方便
        监护人外出: 爸妈常年在青岛船厂 | 就剩奶奶看着他 | 儿子儿媳在南方 一年回来一趟
        交通不便: 道滑 没车 | 没通公交 | 客车一天一趟
        学校撤并: 并校以后
        -: 离学校十二里 | 算远不 | 让在外打工的家长们放心
        -: 离学校不远 | 离学校远不远 | 永远 | 父母离婚 | 能住校吗 | 远房亲戚
        """
    ),
)
def test_boarding_reason(said: str, why: str) -> None:
    assert reason(listed.read_boarding_reason, said) == why


@pytest.mark.parametrize(
    "said",
    [
        "低保",
        "没有低保、",
        "父母",
        "爸",
        "被打",
        "抱着",
        "天天在家",
        "不",
        "没",
        "学校",
        "家里条件",
        "跟老师",
        "出去打工",
    ],
)
def test_hostile_text_takes_little_time(said: str) -> None:
    long = (said * 2000)[:2000]
    for reader in (listed.read_lists, listed.read_absence_reason, listed.read_boarding_reason):
        spent = []
        for _ in range(5):
            began = time.process_time()
            list(reader(long, TODAY))
            spent.append(time.process_time() - began)
        # Twice what it takes on an idle machine; what is not linear takes seconds.
        assert min(spent) < 0.01, reader
