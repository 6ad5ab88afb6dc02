"""The words of dates and durations inside messages, and of a child who does not come, as patterns for `when`."""

import re

from intake.language.dates import date_words as words
from intake.language.dates.rough_dates import POINT
from intake.language.dates.spans import ROUGH_SPAN
from intake.language.patterns import regex
from intake.language.text import NUMERAL


def _unnamed(pattern: str) -> str:
    return re.sub(r"\(\?P<[a-z]+>", "(?:", pattern)


SIGN = "\ue000-\uf8ff"
"""What earlier readers took, inside a character class."""
STOP = "。！？!?；;\n"
CLAUSE = f"，,、 {STOP}"

_YEAR, _MONTH, _DAY = _unnamed(words.YEAR), _unnamed(words.MONTH), _unnamed(words.DAY)
# 九月一开学 names no day: a single Chinese numeral needs its 号.
_DAY_OF_MONTH = "(?:[0-3]?[0-9](?![0-9.]) ?[日号]?|[一二三四五六七八九十廿卅]{1,3}[日号]|[二廿]?十[一二三四五六七八九]?(?![一-九]))"
FULL_DATE = (
    rf"(?<![0-9.])(?:{_YEAR} ?年 ?{_MONTH} ?月 ?{_DAY} ?[日号]?"
    rf"|[0-9]{{4}}(?P<s>[-/.])(?:1[0-2]|0?[1-9])(?P=s)(?:[0-2]?[0-9]|3[01])(?![0-9])"
    r"|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?![0-9]))"
)
_BORN_FRONT = r"(?:出生(?:日期|年月日?|时间)?|生日|生于|生辰|阳历|公历|[男女])"
BIRTH = (
    regex(rf"{_BORN_FRONT}(?:[是为在于的:：，,、。 ]|公历|阳历|就是){{0,4}}(?P<date>{FULL_DATE})"),
    regex(rf"(?P<date>{FULL_DATE})(?:的|那天|[，, （(])?(?:出生|生日|生的|生人|下生|生(?=[{CLAUSE}他她]|$))"),
)
LUNAR = regex("[农阴旧老]历")

_WEEK = f"{words.WEEK}(?:[一二三四五六](?!天)|[日天](?![天上下])|[1-7](?![0-9]|天))"
DATE = regex(
    rf"{FULL_DATE}"
    rf"|{_unnamed(words.SAID_YEAR)}{_MONTH}月份?的?{_DAY_OF_MONTH}"
    rf"|(?<![0-9年十]){_MONTH} ?月份?的? ?{_DAY_OF_MONTH}(?!班)"
    r"|(?<![0-9./-])(?:1[0-2]|[1-9])[./-](?:[12][0-9]|3[01]|0?[1-9])(?:[日号]|(?![0-9./-]|公里|[里米元块点个班]))"
    rf"|(?:上上个?|上个?|这个?|本)月的?{_DAY}[日号]"
    r"|(?<![0-9一二三四五六七八九十第月年-])(?:[0-9]{1,2}|[一二三四五六七八九十廿]{1,3})号(?![楼院线车门店井矿桌路])"
    r"|大前[天儿]|昨(?:天|日|儿个|个儿|儿|个|(?=[晚早夜下上]))|(?<![以之目提年月周期拜天日生])前(?:天(?!天)|儿个|儿)"
    rf"|(?<![每下])(?:上上个?|上一?个?|这一?个?|本)?{_WEEK}"
    rf"|(?<![0-9第])(?:[0-9]{{1,2}}|[{NUMERAL[3:-3]}]{{1,3}})(?:天|个?(?:星期|礼拜)|周)(?:以前|之前|前)(?!后)"
)

# 么 is a frequent slip for 没.
_NOT = (
    "(?:没有?|木有|冇|未|不|(?<![怎什这那多要])么(?=[来去上念]))(?:再|能|肯|敢|想|愿意|愿|爱|乐意"
    "|[让叫许准给](?:孩子们?|他们?|她们?|娃|[姑丫][娘头]|人)?)*"
)
_ELSEWHERE = "电话|信|钱|得及|过?医院|看|地里|赶集|单位|打工|干活|接|找|网吧|玩|人(?!影)|例假|暖|水|电|成|补|吃|上(?![学课校])"
_SCHOOL = f"(?:学校|校|班|课堂|教室|[{SIGN}])"
ABSENT = (
    rf"(?:{_NOT}(?:[来去](?!{_ELSEWHERE})(?:过|上[学课])?|上(?:过?[学雪血]|过?课|校|了)|念(?![叨经想好会得完])|读(?=书|了|[{CLAUSE}]|$)"
    rf"|[到进返入回](?:过|来|去)?(?:{_SCHOOL}|上[学课])|[露照](?:过|个)?[面头脸]|见(?:着|到|过)?(?:人影?|他|她|面|孩子|影)"
    rf"|见(?:着|到)(?!谁|钱|信|回|动静|补|校?车)|人?影|[登进迈踏](?:过|进|着)?(?:学校(?:的?大?门)?|校的?[大校]?门|教室)|出现|复学|报到|在{_SCHOOL})"
    rf"|[来去]不了(?!{_ELSEWHERE}|病|根)(?:学校|学|校|课|一点)?|(?<!打得)上不了[学课]|离开(?:了)?学校|离校(?:之|以)?后|拒绝(?:再)?(?:(?:到|返|回|去|来|进|入)(?:学?校|上学|上课|课堂)|上[学课]|复学|返校)|没有?(?:学上|书念|书读)"
    "|[学课书](?:也|都|就|更|干脆)?(?:没|不)(?:再|想|肯|让|给)?[上念读](?![完好会得懂费进])|书(?:包|本)?(?:一页|一眼|一下)?(?:就|也|都)?没(?:动|碰|摸|翻|打开)|见不(?:着|到)(?:人影?|他|她|面|孩子|影)|[没不][摸碰翻动]过?(?:书|课本)|(?:学?校的?大?|教室)门(?:儿)?(?:也|都|就|更|一步)?没(?:再|去|有)?[进登迈踏露]|(?<=[就再])没(?:再)?上(?=[，, 。]|$)|学校(?:也|都|就|更|干脆)?(?:没|不)(?:再|想|肯|让)?(?:去(?!看|找)|进(?!人|车|钱))"
    "|(?<![没不有])(?:[旷逃][课克可学雪]|缺[课勤席]|[辍缀][学雪]|失学|退学)|[退辍]的学)"
)
ANY_ABSENT = regex(ABSENT)
SEEN_LAST = regex("最后(?:一[次天回面]|到校|上学|来|见)|最近一次|末次")
AT_SCHOOL = regex(f"[学课校书念读{SIGN}]")

_TIME_OF_DAY = f"{words.PERIOD}|开学|放学|上学|下课|放假|那天|这天"
_FILL = (
    f"{words.WHO}|人|娃|丫头|小子|小孩|外孙|学生|同学|该生|{_TIME_OF_DAY}|开始|以后|之后|过后|以来|往后|为止|到现在|到今天|至今"
    "|现在|今[天早]|昨天|前天|直到|已经|一直|始终|干脆|从来|根本|压根|愣是|硬是|说啥|咋说|死活|坚决|突然|忽然|连续|整整|差不多|左右"
    f"|(?:上个?)?{words.WEEK}[一二三四五](?!天)|(?:也|又|都)?[没不](?:有|跟老师)?请假|在家里?[待呆躺玩蹲猫窝]着?"
    "|走了?(?:以|之)?后|(?:回家|回来|回去)(?:以|之)?后?"
    "|[没不](?:动弹|[动碰摸]过?+(?!书|课本)|起来)|(?<=[了，, ])一[天堂节](?=[学课书])|(?:怎么|咋|谁)(?:劝|说|哄|整)|[没不]出[屋门]|[没不]下炕|[没不]起炕|[没不]挪窝|一点|书包"
    f"|[就都也还又再便才连起后是在了的吧呢啊呀到有和跟{SIGN}{CLAUSE}]"
)
_FILLED = f"(?:{_FILL}){{0,12}}+"
# A child's name, which is read later: no verbs, no kin, nothing that comes without the child.
_NAME = f"(?:[^{CLAUSE}{SIGN}0-9打说问去来找接给看见请发送病骂吃喝走告通知没不未会开交买卖隔差车爸妈爹娘爷奶姥师长钱补水电要想是]{{2,4}}?{_FILLED})?"
DATE_THEN_ABSENT = regex(rf"{_FILLED}{_NAME}{ABSENT}")
_OTHER_BUSINESS = "才知|知道|听说|发现|得知|电话|说|问|告诉|通知|老师|校车|班车|[他她](?:爸|妈)"
DATE_THEN_LATER_ABSENT = regex(
    rf"(?:{_TIME_OF_DAY}){{0,2}}(?:开始|起|以后|之后|过后|后|以来|就|到现在|至今|到今天|(?<=放学)|(?<=开学))"
    rf"(?:(?!{_OTHER_BUSINESS})[^{STOP}]){{0,14}}?{ABSENT}"
    rf"|(?:(?!{_OTHER_BUSINESS})[^{CLAUSE}]){{0,10}}?(?:后|就|起|开始|再也?|一直){ABSENT}"
)
_THENCE = "(?:(?:打从?|从|自从?|由)(?:那(?!个|边|头|里|家)|这(?=以?[后起天次回儿，,]|就|[没不再])|此)|(?:那|这)(?:天|日|次|回)?(?:以后|之后|往后|过后|以来)|此后|往后|就此)"
DATE_THEN_THENCE = regex(
    rf"[^{STOP}]{{0,30}}?(?:{_THENCE}[^{STOP}]{{0,10}}?|(?:人|孩子|他|她)?(?:(?:就|也)再也?|再也就?|再(?=没|未))|(?:说啥|死活|咋也|硬是|坚决|打死|[就便]说)(?:也|都|就|啥)*|(?:一直|至今|始终)(?:都|也)?|(?=[未没]再)|(?:以后|之后|后|完)(?:他|她|孩子|人|又|也)?(?:就|一直|再|也|死活|说啥)+){ABSENT}"
)
"""打那就没去过 and 再没来 count from the date that was told before, whatever happened on it."""
OTHERS_ABSENT = regex(
    f"(?:车主|司机|老师|校长|家长|对方|老板|肇事者?|学校|校方|单位|人家|爸|妈)(?:至今|一直|始终|也|都|就|再|还|便)*[未没不][^{CLAUSE}]*$"
)
LEFT_SCHOOL = regex(
    rf"(?:{_TIME_OF_DAY}|他|她|孩子|就|偷|[{SIGN}])*(?:从|在|打)(?:学校|校|班|课堂|教室|寝室|宿舍|[{SIGN}])[里上]?(?:自己|偷着?|就)?(?:[跑蹽溜走逃]|出走|离开)"
)
DATE_OF_IT = regex(
    rf"(?:{_TIME_OF_DAY})?(?:就|的事|一直)*(?:开始|起头?|开的头|到现在|至今|到今[天儿]|到这会儿?|以来|的事)(?:的|了|吧|呢|就这样|这样)*(?=[{CLAUSE}]|$)"
)
"""Behind a date that is a clause of its own, after what it dates."""
LATER_ABSENT = regex(rf"[^{STOP}]{{0,24}}?{ABSENT}")
SINCE = regex(r"(?:从|打|自|由|自从|自打|打从)(?:是|大概|大约|差不多|也就)?$")
ABSENT_SINCE = regex(
    rf"{ABSENT}[^{STOP}]{{0,8}}(?:从|打|自|自从|自打|打从|就是|是)(?:大概|大约|差不多|也就|好像)?$"
)
RANGE_END = regex("今[天儿](?:是|就是)?$|[周期拜][一二三四五六1-6][到至]$")
SUNDAY = regex(".*[周期拜][日天]$")
WEEKDAY_TO_COME = regex("(?:周|星期|礼拜)[一-龥0-9]$")
NOT_YET = regex("(?!.*(?:没|未|就|开始|起|一直|从此)).*[不旷]")
"""周五不去了 is the Friday to come."""
LAST = regex(
    rf"(?:最后(?:一[次天回面])?|最近一次|末次)[^，,{STOP}]{{0,10}}$|(?:[上念读]|上学)到了?$|(?:上|念|读|待)到$"
)
IS_LAST = regex(
    rf"(?:{_TIME_OF_DAY}|[{SIGN}是就]|{words.WHO}){{0,4}}(?:最后一[次天回]|还(?:看)?见[^，,。]{{0,5}}?(?:来|去|上学|在)|还(?:好好|照常|正常)(?:的|地)?(?:上[学课]|来|去|在)|还(?:来|去|在)(?:上学|学校|上课|过|了|呢|的|[{SIGN}]))"
)

_NUMBER = "(?:[0-9]{1,3}(?:\\.[0-9])?|[一壹二两俩三仨四五六七八九十百廿]{1,5}|半)"
_SPAN = (
    rf"(?<![0-9.第前后头每隔差再过逢周期拜月哪几点])(?:(?P<n>{_NUMBER})(?:[-~到至、]{_NUMBER})?[多来几余]? ?[拉啦]?(?P<ge>个)?"
    r"(?P<half>半)?[多来]?|(?P<about>个)[把来多])(?P<unit>天|日|周|星期|[礼里]拜|月|年)(?P<after>半)?[多来]?"
)
_NO_SPAN = "(?!以?前|以?后|之[前后]|以?内|[的]?假|天|两头|打|级|组|生|纪|才|了?就|四季|到头)"
_LINK = (
    f"(?:小(?!半)|上学|上课|念书|读书|学校|一点|已经|将近|能有|得有|大概|大约|差不多|足足|整整|到现在|到今天|至今|今天|现在|算来|如今|累计|总共|连续|长?达"
    f"|[学课校书过了都已有快近这算是也得又人{SIGN}，,、。 ]){{0,10}}+"
)
_AT_HOME = "(?:(?<![我俺])(?:[在搁蹲猫窝]|(?<=自己)|(?<=[，,。 ]))家[里中]?(?:都|已经|就|也|里)?(?:[待呆躺蹲猫窝闲玩晃]|晃荡|闲逛|休养|歇着?|养病|喂[猪牛羊鸡]|放[羊牛]|务农|干活|种地){0,2})"
SENT_HOME = regex(
    r"(?:劝|撵|赶|让|叫|要求|轰|打发)(?:我们?|俺们?|咱们?|他|她|孩子|家长|学生|先|把|领|带|暂时|给)*(?:回家|回来|回去|在家|居家)(?:[待呆蹲猫]|休养|反省|停课|歇|养|[，,。 ]|$)"
)
"""The school does not let the child come; only how long that lasts is read from it."""
STORY = regex(f"{ABSENT}|{SENT_HOME.pattern}")
ABSENT_NTH_DAY = regex(
    rf"(?P<absent>{ABSENT})(?:上学|上课|学校|[今天都已经到现在了是就有的{CLAUSE}]){{0,6}}+第(?P<n>[0-9]{{1,2}}|[二两三四五六七八九十]{{1,3}})个?(?P<unit>天|周|星期|礼拜)"
)
ORDINAL_DAY = regex(
    rf"(?:今天|已经|都)是?第(?P<n>[0-9]{{1,2}}|[二两三四五六七八九十]{{1,3}})(?P<unit>天){_FILLED}(?P<absent>{ABSENT})"
)
THEN_ABSENT, ABSENT_THEN, NTH_DAY, UNTIL_NOW, ALONE = "then", "before", "nth", "until", "alone"
"""Where a duration stands: before the words of not coming, behind them, as the nth day, until now, as a clause of its own."""


def spans(span: str) -> dict[str, re.Pattern[str]]:
    """Give the ways in which a duration may be that of an absence: how long it has been until today, 三天了 after a story."""
    so_far = (
        "[到至](?:今(?:天|儿个?)?|现在|这会儿?|目前)|算(?:上|到)今天|迄今|满打满算|前前后后|掐指一算|算来|连着"
        "|(?<=[，,。 ])(?:现在|如今|(?:这|现在|如今)?(?:都|已经?|已有|快|有|就|得有|差不多|将近|小|又)+)"
    )
    ends = rf"(?=[了啦吧呢左整没不也{CLAUSE}{SIGN}]|$|时间|有余|之久|左右|上下|挂零)"
    return {
        THEN_ABSENT: regex(rf"{span}{_NO_SPAN}(?:半个?拉?月)?(?P<fill>{_FILLED})(?P<absent>{ABSENT})"),
        ABSENT_THEN: regex(
            rf"(?:(?P<absent>{ABSENT})|(?P<home>{_AT_HOME})){_LINK}{span}{_NO_SPAN}"
            rf"(?=[了啦吧呢左整还也没咋请您领求帮不{CLAUSE}{SIGN}]|$|时间|怎么|有余|之久|左右|上下|挂零)"
        ),
        UNTIL_NOW: regex(rf"(?:{so_far}){_LINK}{span}{_NO_SPAN}{ends}"),
        ALONE: regex(rf"(?<=[，,。 ])(?:这|都|得)?{span}{_NO_SPAN}(?=[了啦咯](?:[{CLAUSE}都也还没]|$))"),
    }


_COUNTED = spans(_SPAN)
SPANS = (
    (THEN_ABSENT, _COUNTED[THEN_ABSENT]),
    (ABSENT_THEN, _COUNTED[ABSENT_THEN]),
    (NTH_DAY, ORDINAL_DAY),
    (NTH_DAY, ABSENT_NTH_DAY),
    (UNTIL_NOW, _COUNTED[UNTIL_NOW]),
    (ALONE, _COUNTED[ALONE]),
)
ROUGH_SPANS = tuple(spans(rf"(?P<n>{ROUGH_SPAN})(?P<unit>)").items())
ROUGH_DATE = regex(POINT)
SO_MANY = "已续课达满计"
"""What stands before 三日 where it is a duration, not the third of the month."""
DAYS_OF = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "里拜": 7, "月": 30, "年": 365}

_MODEST = "(?:都|已经|也|又|有|快|就|从|打|自|大概|一直|连着|连续|这|好像|都有)*"
NO_CHILD = regex(
    rf"(?:例假|月经|大姨妈|家长会|运动会|考试|校车|班车|客车|大客|公交车?|通勤车|车|老师|校长|主任|司机|钱|补助|水|电|暖气|快递){_MODEST}$"
)
GROWN_UP = regex(
    rf"(?:[他她孩][子]?(?:爸爸?|妈妈?|爹|娘|爷爷?|奶奶?|哥|姐)|大人|儿媳妇?|老公|对象|爸爸|妈妈|爹|父亲|母亲|父母|家长|爸妈|爹妈|爷爷|奶奶|姥姥|姥爷){_MODEST}$"
)
ALL_OF = regex("(?:到现在|至今|到今天|这[半学]|压根|根本|一直|学期|半年|入学以来|开学以来)[^，,。]{0,3}$")
"""Before 一天没来 it makes it never, not one day."""
BUSY = regex(r"(?:(?<![炕床桌身路地街山楼道网晚早])上|来|去|念|读|学|待|住|打工|开学|放假|歇|住)(?:了|过|学|课|书)*(?:有|才|刚|不到|没)?$|(?:周|礼拜|星期|月)(?:里)?(?:有|得|能|就|总)$")  # fmt: skip
SUPPOSED = regex(f"(?:要是|万一|如果|假如|若是|倘若|假设)[^{STOP}]*$")
OTHER_BUSINESS = regex(
    "补助|上?报(?!到|名)|反映|电话|离婚|去世|没了|没人|病(?!历)|生意|报告|申请|手续|材料|学籍|请假|到账|钱|发烧|住院|打工|搬|转学|拖欠"
)
"""Other things that last until today."""
PENALTY = regex(
    f"[^{STOP}]{{0,6}}?(?:算不算|[就也]?算[是个辍旷]|犯法|犯不犯法|就(?:得|要|会|该)|开除|处分|以上|会不会|后果|罚款)"
)
REPORTED = regex(
    f"(?:{_TIME_OF_DAY}|[我俺咱他们就在跟向和给你您{SIGN}])*(?:才?(?:知道|听说|发现|得知)|上?报(?!完?[到名]|了[到名])|反映|反应|说|打(?:的|过|了)?(?:电话|12345)|登记|填|提交|申请|问|发的?(?:消息|信)|举报|投诉)"
)
"""What was done on a day by who writes, not by the child."""
NOT_ABLE = regex("[这后头未](?:来)?$")
"""Before 两天不能去 it asks for leave; what has been is no 不能."""
LEAVE = regex(
    "[记批准告](?:个|一下|了|他|她|几天|[一两三]天)?假|请(?:加|甲|架)(?=$|[，,。 两一三几半])|请(?:了|过|个|的|[一两三几]天)?的?假|假(?:条)?(?:都|已经?|也)?(?:跟老师)?请(?:过|了|好)"
)
NO_LEAVE = regex(f"(?:没有?|未|不|忘|别)(?![来去上到])[^{CLAUSE}]{{0,6}}请")
SETTLED = regex(
    r"(?:现在|今天|今早|这两天|这几天|后来|昨天|这周|已经)(?:又|都|也|已经|就|能|他|她|孩子|好了|正常){0,6}+"
    r"(?:去|来|上学|上课|回|返校|复学)(?:上学|上课|学校|来|去|校){0,4}了?"
    rf"(?=[{CLAUSE}]|$|谢)|已经?(?:复学|返校)了?|(?<![不没么肯愿意想让敢能再爱给])(?:回来|回去|去|来)上[学课]了(?=[{CLAUSE}]|$)"
)
