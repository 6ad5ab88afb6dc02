"""Families: grandmothers, parents near and far, children themselves; in dialect, without signs, with slips."""

from tests.bot.people.player import Person

GRANDMOTHERS = (
    Person(
        "奶奶，什么都不清楚",
        "absence",
        ("我孙子不上学了",),
        "child_name: 王小虎 / relation: 我是他奶奶",
        "child_name: 王小虎 / sex: 男 / on_leave: 否 / relation: 祖母",
        12,
        otherwise="不晓得",
    ),
    Person(
        "姥姥，没标点",
        "absence",
        ("俺外孙女三天没念书了在家躺着呢",),
        "child_name: 李翠花 湾沟中学的 初二 / school: 湾沟中学 / town: 湾沟镇 / on_leave: 没请 / "
        "relation: 姥姥 / phone: 13812345678",
        "child_name: 李翠花 / sex: 女 / school: 湾沟中学 / grade: 八年级 / town: 湾沟镇 / "
        "last_seen: 2026-11-20 / on_leave: 否 / relation: 外祖母 / phone: 13812345678",
        8,
    ),
    Person(
        "奶奶，家里没电话，一遇到问话就说没电话",
        "absence",
        ("小孙子死活不去学校",),
        "child_name: 张磊 / school: 石人中学 / town: 石人镇 / last_seen: 上周三 / on_leave: 没电话 > 没有 / "
        "relation: 奶奶",
        "child_name: 张磊 / sex: 男 / school: 石人中学 / town: 石人镇 / last_seen: 2026-11-18 / "
        "relation: 祖母 / on_leave: 否",
        12,
    ),
    Person(
        "奶奶，记不清日子",
        "absence",
        ("孙女不去上学了，我是她奶奶",),
        "child_name: 赵敏，石人小学五年级 / school: 石人小学 / town: 石人镇 / last_seen: 老了，记不住喽 / "
        "rough: 一个来月吧 / on_leave: 没跟老师说 / phone: 13912345678",
        "child_name: 赵敏 / sex: 女 / school: 石人小学 / grade: 五年级 / town: 石人镇 / "
        "last_seen: 大约2026-10-23 / on_leave: 否 / relation: 祖母 / phone: 13912345678",
        10,
        told="relation",
    ),
    Person(
        "爷爷，错别字",
        "absence",
        ("我孙子不想上雪了，打上个礼拜五就没去",),
        "child_name: 刘洋 / school: 松树中学 / town: 松树镇 / on_leave: 没有 / relation: 爷爷 / "
        "phone: 138 1234 5678",
        "child_name: 刘洋 / sex: 男 / school: 松树中学 / town: 松树镇 / last_seen: 2026-11-20 / on_leave: 否 / "
        "reason: 厌学 / relation: 祖父 / phone: 13812345678",
        10,
        told="last_seen",
    ),
    Person(
        "姥爷，先问一句干啥",
        "absence",
        ("外孙辍学了",),
        "child_name: 孙强，湾沟中学 / school: 湾沟中学 / town: 湾沟镇 / last_seen: 9月1号 / on_leave: 没 / "
        "relation: 姥爷 / phone: 13712345678",
        "child_name: 孙强 / sex: 男 / school: 湾沟中学 / town: 湾沟镇 / last_seen: 2026-09-01 / on_leave: 否 / "
        "relation: 外祖父 / phone: 13712345678",
        11,
        asks="phone: 要电话干啥啊？",
    ),
    Person(
        "太奶奶，叫孩子小名",
        "absence",
        ("重孙子好几天没去学校了",),
        "child_name: 不知道大名 / school: 石人小学 / town: 石人镇 / on_leave: 没请假 / relation: 其他亲戚 / "
        "phone: 没有手机",
        "school: 石人小学 / town: 石人镇 / last_seen: 大约2026-11-18 / on_leave: 否 / relation: 其他亲属 / "
        "sex: 男",
        11,
    ),
)

PARENTS = (
    Person(
        "大连打工的爸爸",
        "boarding",
        ("我和他妈都在大连打工，孩子跟奶奶，想住校",),
        "child_name: 王小明，石人镇 / town: 石人镇 / relation: 爸爸 / phone: 13812345678",
        "child_name: 王小明 / town: 石人镇 / needs: 寄宿 / reason: 监护人外出 / father_away: 是 / "
        "mother_away: 是 / away_place: 大连 / relation: 父 / phone: 13812345678",
        6,
        told="needs reason relation",
    ),
    Person(
        "深圳的妈妈，一句话全说了",
        "absence",
        (
            "我是李浩然妈妈，在深圳打工，他在石人镇中心小学五年级一班，上周一就没去了，没请假，家在石人镇，我电话13812345678",
        ),
        "",
        "child_name: 李浩然 / school: 石人镇中心小学 / grade: 五年级 / class_name: 1班 / town: 石人镇 / "
        "last_seen: 2026-11-16 / on_leave: 否 / relation: 母 / phone: 13812345678",
        3,
        told="child_name last_seen on_leave phone relation school town",
    ),
    Person(
        "爸爸，问什么答两样",
        "absence",
        ("儿子不肯上学",),
        "child_name: 赵强，石人中学初一，家住石人镇 / last_seen: 昨天，没请假 / "
        "relation: 我是他爸，13612345678",
        "child_name: 赵强 / sex: 男 / school: 石人中学 / grade: 七年级 / town: 石人镇 / last_seen: 2026-11-22 / "
        "on_leave: 否 / relation: 父 / phone: 13612345678",
        7,
    ),
    Person(
        "妈妈，电话打错又改",
        "absence",
        ("我女儿一个星期没上学了，没请假",),
        "child_name: 周婷，松树中学 / town: 松树镇 / relation: 妈妈 / phone: 1381234567 > 13812345678",
        "child_name: 周婷 / sex: 女 / school: 松树中学 / town: 松树镇 / last_seen: 2026-11-16 / on_leave: 否 / "
        "relation: 母 / phone: 13812345678",
        9,
        told="last_seen on_leave",
    ),
    Person(
        "妈妈，补助少发",
        "subsidy",
        ("孩子的补助款少发了，应该给625块，才给500块",),
        "child_name: 王红，湾沟镇 / town: 湾沟镇 / hardship: 吃低保 / program: 不清楚 / relation: 妈妈 / "
        "phone: 13812345678",
        "child_name: 王红 / town: 湾沟镇 / hardship: 低保 / program: 不清楚 / problem: 金额不符 / "
        "amount_due: 625 / amount_paid: 500 / relation: 母 / phone: 13812345678",
        9,
        told="amount_due amount_paid problem",
    ),
    Person(
        "爸爸，补助没到账",
        "subsidy",
        ("助学斤到现在也没发下来",),
        "child_name: 孙亮 / town: 大阳岔镇 / hardship: 残疾 / program: 不清楚 / relation: 爸 / "
        "phone: 0439-3721234",
        "child_name: 孙亮 / town: 大阳岔镇 / hardship: 残疾 / program: 不清楚 / problem: 已批未发 / "
        "relation: 父 / phone: 04393721234",
        10,
    ),
    Person(
        "妈妈，不懂困难类型",
        "subsidy",
        ("家里穷，供不起孩子念书，想申请补助",),
        "child_name: 马小跳 石人镇 / town: 石人镇 / hardship: 都不是，就是没钱 / program: 不知道 / "
        "problem: 不知道怎么申请 / relation: 母亲 / phone: 15912345678",
        "child_name: 马小跳 / town: 石人镇 / hardship: 其他 / program: 不清楚 / problem: 不知道怎么申请 / "
        "relation: 母 / phone: 15912345678",
        9,
    ),
    Person(
        "妈妈，要坐校车",
        "boarding",
        ("家离学校十几里地，想让孩子坐校车",),
        "child_name: 陈晨，砟子镇 / town: 砟子镇 / needs: 校车 / reason: 太远了 / relation: 我是妈妈 / "
        "phone: 13512345678",
        "child_name: 陈晨 / town: 砟子镇 / needs: 校车 / reason: 离校远 / relation: 母 / phone: 13512345678",
        8,
        told="needs",
    ),
    Person(
        "爸爸，住校，家里没人",
        "boarding",
        ("想给娃办季宿",),
        "child_name: 高飞 / town: 正岔 / needs: 1 / reason: 我出去打工家里没人 / relation: 1 / "
        "phone: 13412345678",
        "child_name: 高飞 / town: 正岔街道 / needs: 寄宿 / reason: 监护人外出 / relation: 父 / "
        "phone: 13412345678",
        9,
    ),
    Person(
        "妈妈，蒙古族名字",
        "absence",
        ("孩子两天没到校",),
        "child_name: 额尔德尼朝克图 / school: 实验小学 / town: 城墙街道 / on_leave: 没请 / relation: 妈 / "
        "phone: +86 13812345678",
        "child_name: 额尔德尼朝克图 / school: 实验小学 / town: 城墙街道 / last_seen: 2026-11-21 / "
        "on_leave: 否 / relation: 母 / phone: 13812345678",
        10,
    ),
    Person(
        "爸爸，先发表情",
        "absence",
        ("[捂脸]", "？", "孩子不念了"),
        "child_name: [捂脸] > 李强 / school: 湾沟中学 / town: 湾沟镇 / last_seen: 前天 / on_leave: 没有 / "
        "relation: 爸爸 / phone: 13312345678",
        "child_name: 李强 / school: 湾沟中学 / town: 湾沟镇 / last_seen: 2026-11-21 / on_leave: 否 / "
        "relation: 父 / phone: 13312345678",
        13,
    ),
    Person(
        "妈妈，新生入学",
        "enrollment",
        ("孩子明年上一年级，想报名",),
        "child_name: 吴桐，江源街道 / town: 江源街道 / id_number: 暂时没带 / entry: 小学一年级新生 / "
        "household_place: 江源区江源街道江源社区 / residence: 也是那儿 / basis: 户籍 / boards: 不住 / "
        "relation: 妈妈 / phone: 13212345678",
        "child_name: 吴桐 / town: 江源街道 / entry: 小学一年级新生 / household_place: 江源区江源街道江源社区 / "
        "basis: 户籍 / boards: 否 / relation: 母 / phone: 13212345678 / grade: 一年级 / "
        "residence: 江源区江源街道江源社区",
        13,
    ),
    Person(
        "继父",
        "absence",
        ("孩子半个月没上学了",),
        "child_name: 韩雪 / school: 石人中学 / town: 石人镇 / on_leave: 没请过 / relation: 我是她后爸 / "
        "phone: 13112345678",
        "child_name: 韩雪 / school: 石人中学 / town: 石人镇 / last_seen: 2026-11-08 / on_leave: 否 / "
        "relation: 继/养父 / phone: 13112345678",
        10,
    ),
    Person(
        "姐姐替弟弟说",
        "absence",
        ("我弟弟不想念书了，跑网吧去了",),
        "child_name: 郑凯 / school: 湾沟中学 / town: 湾沟镇 / last_seen: 上星期二 / on_leave: 没有 / "
        "relation: 姐姐 / phone: 13012345678",
        "child_name: 郑凯 / sex: 男 / school: 湾沟中学 / town: 湾沟镇 / last_seen: 2026-11-17 / on_leave: 否 / "
        "reason: 网络沉迷 / relation: 姐 / phone: 13012345678",
        11,
    ),
    Person(
        "生气的爸爸",
        "absence",
        ("你们到底管不管，我儿子都十天没上学了！！！",),
        "child_name: 钱程 / school: 松树中学 / town: 松树镇 / on_leave: 没有！ / relation: 爸爸！ / "
        "phone: 13912345679",
        "child_name: 钱程 / sex: 男 / school: 松树中学 / town: 松树镇 / last_seen: 2026-11-13 / on_leave: 否 / "
        "relation: 父 / phone: 13912345679",
        10,
    ),
    Person(
        "爸爸，确认时说没错交吧",
        "absence",
        ("孩子三天没去上学",),
        "child_name: 冯志强，石人中学初三2班 / town: 石人镇 / on_leave: 没请 / relation: 爸爸 / "
        "phone: 一三八一二三四五六七八",
        "child_name: 冯志强 / school: 石人中学 / grade: 九年级 / class_name: 2班 / town: 石人镇 / "
        "last_seen: 2026-11-20 / on_leave: 否 / relation: 父 / phone: 13812345678",
        8,
        confirms="没错，交吧",
    ),
)

FAMILIES = (*GRANDMOTHERS, *PARENTS)
