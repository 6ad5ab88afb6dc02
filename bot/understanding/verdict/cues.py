"""Rules that the model alone is not trusted with: danger, leave, what is not or was once, questions."""

from bot.understanding.facts.found import taken
from bot.understanding.verdict import words
from intake.language import text
from intake.language.patterns import regex

DOUBT = 0.03
"""What is left of an absence or a danger that is denied, over, only talked of, or no more than leave."""

_HARMLESS = regex(
    r"(?:没有?|未|不是)(?:人|真|再|给|被|受|挨)*(?:受伤|伤着|欺负|打(?:他|她|人|架)|挨打|被打|出事|大事|啥事|什么事)|和解|闹着玩|没事儿?了|找(?:着|到)了"
    r"|打赌|打小|丢了?(?:校服|书包|手机|钱|卡|钥匙|帽子|饭卡)|游戏|电影|电视|短视频|小说|动画|演练|演习|讲座|作文|题目|班会|手抄报|宣传|承诺书|知识|教育课|安全课|比赛|球赛|笑死|想死(?:你|我)|[累困饿热冷急愁烦乐美]死"
    r"|(?:狗|猫|羊|牛|鸡|鹅|车|手机|钱包|钥匙|书包)(?:[^，。！？孩]{0,4})(?:丢|找不)|走丢的(?:狗|猫|羊|牛)|跳楼(?:价|梯|大甩)"
)
_LONG_AGO = regex(r"去年|前年|那年|早年|[几多两三四五]年前|20[01]\d年|20[2]\d年的?时候|小时候|以前")
_LEAVE = regex(
    r"请(?!(?:个|的)?(?:啥|什么|哪门子))[^，。！？；,.!?;没不]{0,6}?[假嫁]|(?:病|事)假|续(?:个|一|两|三|几)?天?假|(?:给|帮|替)[^，。！？；]{0,8}请(?:个|一|两|几|半)?[天日上下午]*[假嫁加]"
    r"|请加|晚(?:点|会儿?)(?:到|去)学校|今天(?:就)?不(?:去|到校)了.{0,6}(?:发烧|感冒|生病)"
)
_NO_LEAVE = regex(
    r"(?:没|未|不|也没有?|都没)(?:跟|和|向|给)?[^，。！？；,.!?; ]{0,6}请[过了]?(?:个)?假|假(?:也|都)没请|请假(?:条)?(?:也|都)?(?:没|不)"
    r"|请假(?:完|到期|早)|假(?:期)?(?:早)?(?:就)?(?:满|到期|过)了?"
)
_NEGATED = regex(
    r"(?:没有?|不是|并非|哪有|从来?没有?|不存在)(?:人)?(?:辍学|旷课|逃学|缺课|逃课|失学|厌学|落课|缺勤)|(?:天天|每天|都)(?:按时)?(?:去|到|来|上)(?:学|校|课|着)"
    r"|一天(?:也|都)没(?:落|耽误|缺)|不是(?:不|没)(?:想|去|来|上)|(?:已经|早就|都|又)(?:回|去|复)[^，。]{0,3}(?:学|校|上课)(?:了|啦)"
)
_PAST = regex(
    r"(?:我|俺|咱)(?:们)?(?:小时候|年轻时?|那(?:时候|会儿|阵|年代|时)|当年)|以前|从前|当年|(?:现在|如今|后来|今天|这周|昨天)(?:已经|又|都)?(?:去|回|好|正常|来)(?:上学|学校|校)?了"
    r"|(?:已经|早就?)(?:毕业|复学|返校|回校|回学校)"
)
_SUPPOSED = regex(
    r"要是|如果|假如|万一|若是|假设|的话|会不会|犯法|违法(?:不|吗)|会(?:咋|怎)|有(?:什么|啥)后果|听说"
)
_QUESTION = regex(
    r"[?？]|(?:吗|么|呢|不呀|没啊|嘛)(?:$|[，。！,.! ])|怎么|咋(?!还|不)|如何|多少|几(?:号|点|月|时|岁)|什么(?!都|也)|啥(?!都|也)|哪(?!都|也)|能不能|可不可以|行不行|是不是"
    r"|有没有|用不用|需不需要|要不要|能(?:申请|办|报|上|转|住).{0,6}不$|(?![哦噢喔啊唉哎嗯呃])[\u4e00-\u9fff](?:不|没|没有)(?:$|[ ，。])|有[^，。 ]{1,10}没有?了?(?:$|[ ，。])|([\u4e00-\u9fff])不\1|找谁|谁(?:能|可以|会|来|负责|管|看)|多久(?!了|没|不)|为啥|为什么|凭什么|干嘛|指个道|请问|咨询|打听|问一下|想问|问问"
)

_UNPAID = regex(
    "(?:补助|补贴|助学金|资助款?|生活费|营养餐|伙食补贴|低保)[^，。！？；,.!? ]{0,6}(?:没|未|不|少)(?:有)?(?:给|发|到|下来|批|见着|打|领|收)"
)
_GOES_ON = regex(
    "(?<=着)呢(?=$|[，。！,.! ])|(?<![人谁])(?:还在|还没|都没|没有|正在|在|没)[^，。！？；,.!?;什啥哪怎咋谁几多吗 ]{1,8}呢(?=$|[，。！,.! ])"
)
_TELLS_WHO = (
    "child_name",
    "school",
    "grade",
    "class_name",
    "town",
    "village",
    "phone",
    "id_number",
    "birth_date",
    "relation",
)
_INTRODUCES = regex(
    f"(?:[{''.join(map(taken, _TELLS_WHO))}我俺咱他她们家的这是叫在上念读住，,。、 0-9]|孩子|小孩|娃|外?孙[子女]?|儿子|女儿|闺女|名字|今年|岁|电话|手机|号码?)+"
)
_EITHER = regex("([\u4e00-\u9fff])[没不]\\1|有没有|在[^，。！？]{1,8}还是在|干嘛")


def danger(plain: str) -> str:
    """Give the kind of danger (list `danger`) that clear words speak of, or nothing."""
    said = text.compact(plain).lower()
    for harmless in words.HARMLESS:
        said = said.replace(harmless, "")
    for label, found in words.EMERGENCIES.items():
        if any(word in said for word in found):
            return "受侵害" if label == "校园欺凌" and words.AT_HOME.search(said) else label
    return next((label for label, pattern in words.PHRASES.items() if pattern.search(said)), "")


def harmless(plain: str) -> bool:
    """Tell whether danger is denied, over, or not meant."""
    return bool(_HARMLESS.search(plain))


def introduces(covered: str) -> bool:
    """Tell whether it is said who a child is and nothing besides: 俺孙子叫王小明，在石人小学三年级."""
    return bool(_INTRODUCES.fullmatch(covered))


def leave(plain: str) -> bool:
    """Tell whether leave is asked for or told of: such a child is not missing."""
    return bool(_LEAVE.search(plain)) and not no_leave(plain)


def no_leave(plain: str) -> bool:
    """Tell whether it is said that there was no leave, or is none any more."""
    return bool(_NO_LEAVE.search(plain))


def long_ago(plain: str) -> bool:
    """Tell whether what is told was years ago."""
    return bool(_LONG_AGO.search(plain))


def unreal(plain: str) -> bool:
    """Tell whether an absence is denied, over, or only imagined."""
    return bool(_NEGATED.search(plain) or _PAST.search(plain) or _SUPPOSED.search(plain))


def unpaid(plain: str) -> bool:
    """Tell whether it is said that aid did not come: 他补助也没发."""
    return bool(_UNPAID.search(plain))


def question(plain: str) -> bool:
    """Tell whether something is asked; 奶奶带着呢 and 还没发呢 tell how it is."""
    return bool(_QUESTION.search(_GOES_ON.sub("", plain)) or _EITHER.search(plain))
