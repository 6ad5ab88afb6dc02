"""The words of dates, and what people put around them, as patterns for `spoken_dates`."""

from intake.language.patterns import regex
from intake.language.text import NUMERAL

ABSENT = (
    "(?:没有?|不|未|缺|旷|逃)(?:再|怎么|能)?"
    "(?:上课|上学|念书|读书|到校|露面|见人|看见|请假|[来去上到在念读见课学席勤])"
    "(?:上学|上课|读书|念书|学校|人影|[校学课书人着过成])*"
)
LEFT = "(?:出去|外出|出门|离家|离开|走)(?:打工|务工)?|打工|务工"
WHO = "孩子|孙子|孙女|儿子|闺女|女儿|姑娘|我们|咱们|[我俺咱他她娃家的]"
MAYBE = "大概其|大概|大约|好像|似乎|可能|应该|估计|差不多|也就|至少|整整|足足|快|约"
BEFORE = regex(
    f"(?:{WHO}|{MAYBE}|{ABSENT}|{LEFT}|最后一次|最后一天|最后|记得|从打|打从|自从|自打|就是|后来|已经|时间|日期"
    "|一直|希望|[从自打就是在到至于已都也有了嗯:])*+"
)
PERIODS = {
    "凌晨": "small hours",
    **dict.fromkeys(("早上", "早晨", "清晨", "清早", "一早", "上午", "早", "晨"), "morning"),
    **dict.fromkeys(("中午", "晌午", "正午"), "noon"),
    **dict.fromkeys(("下午", "午后", "傍晚", "后晌"), "afternoon"),
    **dict.fromkeys(("晚上", "晚间", "晚"), "evening"),
    **dict.fromkeys(("夜里", "半夜", "深夜", "夜"), "night"),
}
PERIOD = "|".join(sorted(PERIODS, key=len, reverse=True))
SCHOOL_DAY = "开学|放学|上学|上课|下课|课间|午休|午饭|早饭|晚饭|晚自习|体育课|路上"
WEEK = "(?:周|星期|礼拜)"
CLOCK = (
    rf"[T ]?(?P<period>{PERIOD})?的?(?:{MAYBE})?(?P<hour>[0-9]{{1,2}}|[一二三四五六七八九十两零]{{1,3}})"
    r"(?::(?P<colon>[0-5][0-9])(?::[0-5][0-9])?|(?:点钟?|时)"
    r"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>[0-9]{1,2}|[一二三四五六七八九十零]{1,3})分?|[整多许来]?钟?))"
)
REST = regex(
    rf"(?:{MAYBE}|那天|\(?{WEEK}[一二三四五六日天]\)?|[的就是在])*+(?:{CLOCK})?"
    rf"(?:{ABSENT}|{LEFT}|{WHO}|{MAYBE}|{PERIOD}|{SCHOOL_DAY}|那天|那会儿?|的?时候|左右|前后|开始|以来|为止"
    "|请假|出生|已经|一直|[起就在到了吧呢啊呀哈时前后都也又还再生])*+"
)
PART_OF_DAY = regex(f"刚?(?:{PERIOD}|{SCHOOL_DAY})")
CLAUSES = regex("[，,。；;！!？?\n]+")
LOOSE_SPACE = regex("(?<![0-9]) +| +(?![0-9])")
SIGNS = str.maketrans(dict(zip("（）：～〜", "():~~", strict=True)) | dict.fromkeys("‐‑‒–—―−﹣", "-"))

YEAR = "(?P<y>[0-9]{4}|[0-9]{2}|[零〇○一二三四五六七八九]{4}|[零〇○一二三四五六七八九]{2})"
MONTH = "(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
DAY = "(?P<d>[0-9]{1,2}(?![0-9])|[一二三四五六七八九十廿卅]{1,3})"
END = "(?P<end>[初底末])"
SAID_YEAR = "(?P<said>大前|[今本去前明后])年的?"
SAID_MONTH = "(?P<said>上上个?|上个?|这个?|本|当|下下个?|下个?)月"
SPAN = (
    rf"(?P<n>[{NUMERAL}]+?)(?:[-~到至][{NUMERAL}]+)?[多来几余]?(?P<ge>个)?(?P<half>半)?[多来]?"
    r"(?P<unit>天|日|周|星期|礼拜|月|年)(?P<after>半)?多?"
)
YEARS = {"大前": -3, "前": -2, "去": -1, "今": 0, "本": 0, "明": 1, "后": 2}
DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}


NOW = regex("刚才|刚刚|方才|现在|这会儿?|此刻|刚|才")
AGO = regex(
    rf"(?P<n>[{NUMERAL}]+?)[多来几余]?个?(?P<half>半)?[多来]?(?P<unit>小时|钟头|刻钟|分钟?)(?P<after>半)?多?(?:以前|之前|前)"
)
MINUTES = {"小时": 60, "钟头": 60, "刻钟": 15, "分": 1, "分钟": 1}
