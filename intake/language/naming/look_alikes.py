"""Characters of names that one is taken for another when a handwritten list is typed, or a small one read."""

from functools import cache

_GROUPS = (
    "己已巳 未末 日曰目 人入八 土士 干千于 天夭夫 王玉主壬 午牛 木本术 田由甲申 大太犬 力刀 戊戌戍 "
    "晴睛 晨震 辰晟 玥钥明 铭名 琪淇祺棋麒 萱宣暄喧 梓锌粹 轩杆 睿容 婷停 妍研 娜那 佳桂住 欣掀炊 "
    "怡治 雨两 雯文 雪雷 蕾雷 豪毫 浩洁 洋样 涛祷 鹏朋 宇字 宁宇 子了孑 孜仔 涵函 诺若 苦若 茹如 "
    "莉利 玲铃 琳林 瑞端 瑶摇遥 璐路 璇旋 珊删 思恩 悦说阅 慧惠 慈慧 志忘 杰木 柏伯 桐铜 楠南 "
    "榕容 槿谨 昊吴旲 昱昰立 晗含 曦羲 朗郎 朝期 钰玉 锦绵 鑫金 铎择 钧均 俊峻骏竣 俐利 健建 伟韦 "
    "依衣 倩情 清请情青 静净 颖颍 颜彦 嘉喜 熙照 煜昱 烨华晔 炜伟 焕换 博傅 傲敖 凯铠 冬终 刚则 "
    "勋动 勇通 卓桌 卿聊 可司 启后 呈星 哲折 喆吉 圆园 坤坪 城诚 增曾 壮状 奕弈亦 妮尼 姗珊 娟绢 "
    "媛援 孟盂 学字 宸辰 富窗 岚风 峰锋蜂 川州 帆机 庆床 康庚 彤丹 彬杉 徐除 微徽 德得 忆亿 成诚 "
    "振震 捷婕 敏每 新欣 昌冒 春舂 晶品 景影 月肖 有友 朵杂 柯何 栋株 梅海 森林 欢次 正止 毅杀 "
    "沐木 沛肺 泽译择 浦埔 润闰 淼森 渊洲 源原 滢莹 瀚翰 灵炅 爱受 玄云 玮伟 珂柯 珍诊 琛探 琦绮 "
    "石右 祎袆 祥详 禄绿 秀季 程埕 立位 竹行 筱莜 紫索 红江 纯钝 维淮 绍招 继断 翔羊 翠萃 耀跃 "
    "艳艺 芳芬 芸云 苏办 英央 茂戊 荣莹 菲非 蓉荣 薇微 蕊芯 裕祐 诗侍 贝见 赫郝 超起 越赵 辉晖 "
    "达迖 远运 迪油 邵绍 邱丘 郑邓 雅推 霖林 顺须 骁晓 鸿江 于干 付村 何向 侯候 冯马 刘别 卢户 "
    "叶计 吕品 季李 崔催 常尝 张弘 彭澎"
)


@cache
def _taken_for() -> frozenset[frozenset[str]]:
    return frozenset(
        frozenset((one, other))
        for group in _GROUPS.split()
        for one in group
        for other in group
        if one != other
    )


def looks_like(one: str, other: str) -> bool:
    """Tell whether one character is easily taken for another."""
    return frozenset((one, other)) in _taken_for()
