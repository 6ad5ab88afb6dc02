"""Words for who somebody is to a child."""

from intake import codes


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def kin() -> dict[str, str]:
    """Give the words for who somebody is to a child, to their labels: those of the code list, and some more."""
    words = {
        alias: one.label
        for one in codes.codes("relation")
        for alias in one.aliases
        if not alias.isascii() and alias[0] not in "孩娃他她我别路自好热家" and alias not in _NO_KIN
    }
    return words | dict.fromkeys(_OTHER_KIN, "其他亲属") | _MORE_KIN


_NO_KIN = _listed(
    "其他 其它 其他人 社区 本人 东院 西院 学生本人 学生父亲 学生母亲 朋友 同学 他们 孩子父亲 大姐 大哥 领养的父亲"
)
_OTHER_KIN = _listed(
    "姑奶奶 姑奶 姑姥 姑姥姥 舅爷 舅姥爷 姨姥 姨姥姥 姨奶 姨奶奶 叔爷 大爷爷 二爷爷 二姥爷 二奶奶 表叔 表舅 表姑 表姨 堂叔 干妈 干爹 干爸 亲姑 亲叔 亲舅 亲姨"
    " 老婶 三婶 二姨夫 大姨夫 老姨夫 大姑父 老姑父 大舅妈 老舅妈 二舅妈 三姨 四姨 三姑 四姑 三舅 四舅 三大爷 二大娘 二伯 三伯 太爷爷 太奶奶 太姥姥 姑爷 亲戚 二姑父 妹 弟 老妹 老弟 亲妹妹 亲弟弟"
    " 姨姨 小姨子 小舅 小婶 大嫂 二嫂 大舅母 叔伯 堂姑 婶娘 远房亲戚 老姑奶"
)
_MORE_KIN = {
    **dict.fromkeys(("亲爹", "爹爹", "老父亲", "单亲爸爸", "单亲爸", "单亲父亲", "单身父亲", "单身爸爸", "奶爸"), "父"),
    **dict.fromkeys(("亲娘", "老母亲", "单亲妈妈", "单亲妈", "单亲母亲", "妈咪", "麻麻", "单身妈妈", "单身母亲"), "母"),
    **dict.fromkeys(("亲奶", "奶奶奶", "祖母", "老奶奶"), "祖母"),
    **dict.fromkeys(("祖父", "亲爷", "爷爷爷"), "祖父"),
    **dict.fromkeys(("外祖父", "亲姥爷"), "外祖父"),
    **dict.fromkeys(("外祖母", "亲姥姥", "亲姥", "姥姥姥"), "外祖母"),
    **dict.fromkeys(("后妈妈",), "继/养母"),
    **dict.fromkeys(("大哥", "亲大哥", "堂兄"), "兄"),
    **dict.fromkeys(("大姐", "亲大姐", "姐", "大姐姐", "老姐"), "姐"),
    **dict.fromkeys(("班主任", "语文老师", "数学老师", "英语老师", "体育老师", "科任教师", "副班主任", "任课教师", "生活老师", "值班老师", "小学老师", "中学老师"), "班主任"),
    **dict.fromkeys(("村妇女主任", "村里的干部", "村上的干部", "村里干部", "村委会主任", "村委主任", "社区网格员", "村网格员",
                     "村支部书记", "驻村第一书记", "第一书记", "村文书", "村委会的", "村委的", "社区的", "居委会的",
                     "村委会工作人员", "居民组长", "村民组长", "村小组长", "网格长", "包片干部",
                     "村副主任", "副书记", "村委委员", "村妇联主席", "村级儿童主任", "驻村队员", "驻村工作队员", "包保干部", "帮扶干部", "社区工作者",
                     "社区副主任", "楼长", "治保主任", "党支部书记", "支部书记", "村党支部书记"), "村(居)干部"),
    **dict.fromkeys(("街坊邻居", "隔壁邻居", "房东", "对门", "对门邻居", "隔壁的", "一个楼的", "老邻居",
                     "父母的同事", "同屯的", "隔壁"), "邻居/其他"),
}  # fmt: skip
