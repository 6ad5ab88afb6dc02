"""What a person's name is written with, and the words that are none."""

from intake.language.patterns import regex

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HANGUL = "\uac00-\ud7a3"
_LATIN = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_CYRILLIC = "\u0400-\u052f"
_WORDS = r"[{0}]+(?:(?:[ '’\-]|\. ?)[{0}]+)*"

EDGES = " ，。！？、；：,.!?;:'\"‘’“”「」『』()（）[]【】《》~～…·•-—_"
STICKER = regex(r"\[[^\[\]]{0,20}\]|【[^【】]{0,40}】|/:[\w:@,;!~*()<>|'-]{1,10}")
"""What a platform writes for a face, a picture or what it cannot show."""
LABEL = regex("(?:孩子|学生|小孩|监护人|家长)?的?(?:姓名|名字|大名|全名)[:：] *")
GAP = regex(r"\s+|。|[-—–]+")
DOT = regex(rf"(?<=[{HAN}])\s*[·•.‧∙・･⋅]\s*(?=[{HAN}])")
OF_HAN = regex(rf"[{HAN}\s。—–-]+")
HAN_NAME = regex(rf"[{HAN}]{{2,6}}|(?=.{{3,30}}$)[{HAN}]+(?:·[{HAN}]+)+")
LONG_NAME = regex(rf"[{HAN}]{{5,20}}")
OTHER_NAME = regex(
    rf"[{_HANGUL}]{{2,12}}|(?=.{{3,50}}$)(?:{_WORDS.format(_CYRILLIC)}|{_WORDS.format(_LATIN)})|[{_CYRILLIC}{_LATIN}]{{2}}"
)
HANGUL_GAP = regex(rf"(?<=[{_HANGUL}]) (?=[{_HANGUL}])")
BETWEEN = frozenset(" ·.'’-་")
"""What may stand between the letters of a name."""

SOUNDING = frozenset(
    "阿艾爱安奥敖巴白拜班宝贝比毕别伯博布部才查昌朝车辰成呈措达代丹旦当道德登迪底丁东都杜多额恩尔法方夫甫嘎噶盖高戈格葛根更"
    "姑古谷惹哈海罕汗合和赫黑亨呼胡花华怀吉加佳嘉甲江金旌卡开凯坎康克肯库苦夸奎拉来赖兰朗勒雷李里力丽莲林琳玲龙鲁伦罗洛"
    "玛马麦买满毛梅美蒙孟米密敏明木姆穆娜纳那乃南讷嫩尼你宁牛努诺欧帕潘皮平普齐其奇恰强乔钦清琼曲且热仁日瑞萨赛桑森沙莎山尚"
    "申沈生师什石时史斯苏索塔台泰坦特提天铁图吐托瓦外万旺维温文沃乌武西希夏肖谢新雄雅亚延燕扬央耶叶伊依以义英尤尔扎张珍"
    "芝智仲朱珠卓孜子孜宗作呷嫫莫果次增顿杰金巴松吾于勿不布宜茨约则只足左"
)
"""Characters by which names of other tongues are written."""
COUNTED = frozenset("的了是在没我他她您这有们个吗呢吧什么去上学校来要")
"""Characters of sentences, of which a long name has none or one."""
PLACE = regex(
    ".+(?:[省市县区镇乡村屯]|街道|社区|小学|中学|学校|[一二三四五六七八九十0-9]中|年级|[一二三四五六七八九十0-9]班)"
)

ROLE = regex(
    "(?:[我俺咱他她它你您的这个亲小老大二三后干]|们|家里?|孩子|小孩|学生|娃)*?"
    "(?:爸妈|[妈爸爹奶爷哥姐弟妹姑姨舅叔伯婶娘]{1,2}|姥[姥爷娘]?|外公|外婆|[公婆]{2}|[父母]亲?|[外]?祖[父母]|[继养][父母]"
    "|[姑姨][父妈]|[舅]妈|[伯][父母]|儿子|女儿|闺女|姑娘|丫头|小子|孙子|孙女|外孙女?|外甥女?|侄[子女]|孩子?儿?|小孩儿?|娃娃?"
    "|宝宝|宝贝|[男女]孩儿?|[男女]生|小朋友|监护人|家长|亲戚|亲属|邻居|朋友|老师|班主任|校长|主任|干部|村干部|书记|同学|学生"
    "|老[大二三]|[我俺咱他她它你您]们?)"
)


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


NONE = frozenset(
    _listed(
        """本人 自己 不知道 不清楚 不记得 不想说 不告诉 不方便 不愿意 不说 不要 不用 没有 暂无 保密 匿名 未知 不详 同上 男 女
        是的 对的 好的 可以 谢谢 你好 您好 再见 测试 今天 昨天 明天 上午 下午 姓名 名字 请假 上学
        菜单 帮助 取消 返回 跳过 修改 确认 进度 撤回 我的信息 人工 绑定 图片 语音 视频 表情 动画表情 位置 链接 文件 名片
        yes no ok okay none null nan na true false test hi hello undefined emm emmm hmm haha hhh en enen bye thanks"""
    )
)
ANSWERED = regex(
    "(?:嗯|恩呢|哦|噢|喔|额|呃|诶|欸|哎|唉|哈|呵|嘿|嘻|唔|好[的滴哒嘞勒咧啦了呀吧哈呢]|行[的了啊吧啦呀]|对[的了啊呀]|是[的滴了啊呀]|[妥中成得]了|得嘞|好嘞"
    "|可以|收到|明白|清楚|知道|晓得|懂|了解|谢谢|感谢|辛苦|没事|没问题|没毛病|麻烦|[您你]好|在[吗不]|在不在|再见|拜拜|稍等|等[一会下等]+|[oO][kK]"
    "|[的滴哒嘞啦了呐哪呢吧哈呀啊您你])+(?:老师|领导)?"
)
"""Words of a chat that answer and say nothing."""
_YEARS = "一二三四五六七八九"
SENTENCE = regex(
    f"什么|怎么|[吗啥咋哪谁没]|[我你他]们|^[{_YEARS}十两几半][天年个岁里周次号月班]|了$|^[零〇{_YEARS}十百千]+$|^(.)\\1\\1+$"
    "|(?:小学|中学|学校|学院|幼儿园|街道|社区|年级|老师|校长|主任|妈妈|爸爸|奶奶|爷爷|姥姥|姥爷)$"
)
ASKS = regex("[?？]")
CLASS = regex(
    f"(?:(?:小学?|初中?)第?[{_YEARS}](?:年[级纪及]?)?|[{_YEARS}]年[级纪及])(?:[(（.]?[{_YEARS}十]{{1,2}}[)）]?班)?(?:学生|新生)?"
)
TALK = regex(
    "谢谢|多谢|感谢|谢[您你了过]|稍等|等[一会下着我]|不|没|啥|吗|孩子|[以之][后前]|国庆|开学|[?？!！0-9]|^(?:我|俺|他|她|在|有|嗯)"
)
"""What is talk where it was asked for a name."""
GIVEN = regex("[^没不有在过到上放从自等于]?(?:国庆|开学)|不[凡群悔言忘弃惑屈疑息染俗]")
"""What would be talk and is given behind a surname: 王国庆, 刘不凡."""
_NAMED = "(?:[大小全学本真]名儿?|大号|名字|姓名|名儿?)"
FEASTS = frozenset(("国庆", "元旦", "清明", "端午", "中秋", "五一", "正月"))
"""Feasts that children are called after."""
COURTESY = regex(
    f"(?:(?:[我俺咱他她的那这个]|们|家|孩[子儿]|学生|小孩儿?|娃儿?|儿子|闺女|女儿|孙子|孙女|外孙女?|[小丫]子|丫头|姑娘|老师|您好|你好|[,，])+{_NAMED}?"
    f"(?:就?叫个?做?|就?是叫?|为|[:：])|{_NAMED}?就?叫个?做?|{_NAMED}(?:就?是|为|[:：])"
    "|(?:[我俺咱他她的]|家|孩子|学生|小孩|娃)*(?:姓名|名字|名儿|[大小全学]名儿?))[:： ]*"
)
FULL = regex(
    "(?:[大学全本]名儿?|大号)(?:就?叫个?做?|[是为])?[:：,， ]*(?P<name>[^，,。；; ]{2,20}?)(?=$|[，,。；; ]|小名|乳名)"
)
"""大名李建国，小名狗蛋: of two names the one that stands on the roll."""
NICK = regex("(?<=.{2})[，,。；; （(]*(?:小名儿?|乳名|外号)(?:就?叫个?|是)?[^，,。；;]{1,6}$")
IN_TWO = regex(
    "(?:^|[我俺咱他她家的孩子儿女])姓(?P<family>[\u4e00-\u9fff]{1,2}?)[，, ]?"
    "(?:名字?|大名)?叫个?(?P<given>[\u4e00-\u9fff]{1,3})[啊呀吧呢]?$"
)
"""姓王叫小明."""
OF_CHILD = regex("(?:[我俺他她]|们|家|的)*(?:儿子|女儿|闺女|孙子|孙女|外孙女?|孩子|学生)[,，:： ]?")
OF_ADULT = regex(
    "(?:(?:[我俺他她]|们|孩子|家|的|是)*(?:爷爷|奶奶|姥姥|姥爷|外公|外婆|爸爸?|妈妈?|父亲|母亲|大?伯|叔叔?|姑姑?|舅舅?|姨妈?|监护人)的?)"
    "(?:名字|姓名)?(?:就?叫|是|[:：,，])? ?"
)
"""Who somebody is, before the name: 俺孙女王小雨, 她奶奶叫王桂芝."""
BARE = regex("(?:就?是|为)(?=.)")
AFTER = regex("(?:同学|小朋友|[啊呀呢吧哦嗯嘛哈的])+$")
