"""Where somebody's household or work is, as far as an address plainly says: in the district, or elsewhere."""

from collections.abc import Mapping

from intake.language.patterns import regex
from intake.places import gazetteer
from intake.store.db import Database

PROVINCES: Mapping[str, str] = {
    "11": "北京", "12": "天津", "13": "河北", "14": "山西", "15": "内蒙古", "21": "辽宁", "22": "吉林", "23": "黑龙江",
    "31": "上海", "32": "江苏", "33": "浙江", "34": "安徽", "35": "福建", "36": "江西", "37": "山东", "41": "河南",
    "42": "湖北", "43": "湖南", "44": "广东", "45": "广西", "46": "海南", "50": "重庆", "51": "四川", "52": "贵州",
    "53": "云南", "54": "西藏", "61": "陕西", "62": "甘肃", "63": "青海", "64": "宁夏", "65": "新疆", "71": "台湾",
    "81": "香港", "82": "澳门",
}  # fmt: skip
"""By the first two digits of GB/T 2260."""
CITIES: Mapping[str, str] = {
    "2201": "长春市", "2202": "吉林市", "2203": "四平市", "2204": "辽源市", "2205": "通化市", "2206": "白山市",
    "2207": "松原市", "2208": "白城市", "2224": "延边",
}  # fmt: skip
"""Of the province, by the first four digits: whoever works in one of the others is across the county's border."""
TOWNS = ("榆树市", "德惠市", "公主岭市", "蛟河市", "桦甸市", "舒兰市", "磐石市", "双辽市",
         "梅河口市", "集安市", "临江市", "扶余市",
         "洮南市", "大安市", "延吉市", "图们市", "敦化市", "珲春市", "龙井市", "和龙市")  # fmt: skip
"""Cities of the province that are counties, which no 县 or 区 in the name says."""
_OURS = "我们咱本这那该"
_SMALL = "治地小社校园矿林街库山城市郊开发新片"
"""What stands before 区 where that is no county: 自治区, 小区, 社区, 矿区."""
_NAMED = rf"(?:[一-鿿][^{_OURS}\W](?:县|旗)|[一-鿿][^{_SMALL}\W]区)"
_COUNTY = regex(rf"(?:^|[^{_OURS}]){_NAMED}")
_UP_TO_COUNTY = regex(rf"^.*?{_NAMED}")
_UP_TO_CITY = regex(r"^.*?(?:市|州|盟)")
_UP_TO_PROVINCE = regex(r"^.*?(?:省|自治区)")


def outside_of_district(db: Database, address: str) -> bool | None:
    """Tell whether an address lies outside of the district; None where it does not plainly say."""
    house, places = db.settings, gazetteer.world(db).places
    ours = (house.district_name.rstrip("区县市旗"), *(town.name for town in places.towns()))
    if any(name in address for name in ours):
        return False
    own = PROVINCES.get(house.district_code[:2], "")
    named = [name for name in PROVINCES.values() if name in address]
    if named and own not in named:
        return True
    if any(name in address for code, name in CITIES.items() if code != house.district_code[:4]):
        return True
    if any(name in address for name in TOWNS):
        return True
    return True if _COUNTY.search(address) else None


def county_of_address(address: str) -> str:
    """Cut an address after its county, or after the city or the province where it names none; nothing without any."""
    for upto in (_UP_TO_COUNTY, _UP_TO_CITY, _UP_TO_PROVINCE):
        found = upto.match(address)
        if found:
            return found[0]
    return ""
