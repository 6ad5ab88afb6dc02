"""Surnames: what a name begins with, by how much must speak for it."""


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏汪田任姜范"
    "谭廖邹熊金陆郝孔崔康邱秦史顾侯邵孟龙段雷汤尹黎武乔贺赖龚庞樊殷陶翟颜倪严芦季俞鲁葛韦毕聂焦柳邢骆岳梅庄辛祝涂耿牟詹苗"
    "凌靳盛童欧甄裴阮屈鲍覃霍翁隋植薄柏柯闵柴辜饶瞿邬臧晏栾窦敖楚佟栗冼宫肖付高马何朴佘逄玄宁郎衣冷于毛洪"
    "蔺卞冀邸褚娄芮嵇郜虞荣沃扈郁晁荀於蒯巩厉逯"
    "姚岑狄禹茅裘缪昝贲钮羿储汲邴糜巫隗宓郗戎韶蓟邰莘郦璩濮郏庾寇阙殳蔚夔厍訾阚乜鞠竺缑佴谯笪鄢酆邝麦谌隽雒仝侴俎呙恽庹"
    "斛睢芈茆菅郇郄郤镡骈禚綦仵亓佀凃郯蔄贠麴颉忻矫粟苟茹揣钭邾郐鄞鬲蒍逮禤芶暴桓杭麻"
)
"""What most families are called, and what is hardly another word; a name at the beginning of a sentence begins so."""
WEAK = frozenset(
    "方石钱费迟初白江万安常成文明全连路应时车房钟易施兰牛章伍申尤丛向齐左谷舒卜关纪项曲游阳席卫查位甘景单包司桂解强华冉边吉刁戚丘古米"
    "池滕晋苑畅全廉简盖符木党燕姬屠连商蒙计喻揭宇花仇艾蓝井仲乐官匡宗台荆银沙胥保皮片表具权千赫富索依鄂国战修温管尚"
    "南英水平冬东鱼元凤礼伊敏敬祁卓仉智桑门丰宏封亢仁海葆桐诺双"
    "云贝危支莫宣诸松巴牧祖幸印蒲籍阴苍贡宰雍通浦农慕习宦容戈居衡满弘广禄利越隆师融红惠羊滑乌怀闻寿漆谈帅楼鲜鹿赛赏墨穆裕谬经干零泰洛檀苇"
) | frozenset(("百里", "东方", "东门", "西门", "南门", "长孙", "乐正", "左丘", "司空"))
"""Surnames that are far more often other words; they need a clear sign in front."""
COMPOUND = _listed(
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 长孙 宇文 端木 南宫 独孤 西门 东郭 百里 呼延 完颜 富察 瓜尔佳"
    " 钮祜禄 爱新觉罗 叶赫那拉 那拉 赫舍里 佟佳 索绰罗 南门 黄甫 选于 鲜于 闻人 轩辕 申屠 万俟 赫连 澹台 公冶 宗政 濮阳 淳于"
    " 单于 太叔 仲孙"
    " 钟离 闾丘 司空 亓官 司寇 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 拓跋 夹谷 宰父 谷梁 谷粱 段干 东门 羊舌 微生 梁丘 左丘 "
    " 公羊 公仪 公输 归海 即墨 哥舒 贺兰 贺拔 屈突 斛律 纳兰 耶律 尔朱 叱干 达奚 长鱼 有琴 宿勤 太史 侯莫 万纽于 独吉 相里"
    " 章佳 那木 乌雅 博尔济 伊尔根 马佳 萨克达 舒穆禄 郭络罗 喜塔腊 西林觉罗 伊喇"
)
"""Surnames of two characters and more; Manchu clans live here too."""
ALSO_NAMES = frozenset(("贺兰", "谷梁", "段干", "单于", "鲜于"))
"""Such surnames that may also be a short surname with a name."""
