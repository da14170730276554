"""Countries and Japanese prefectures by their codes and names, for two transforms.

Rows: code | English | Japanese | further spellings. Codes: ISO 3166-1 alpha-2 and ISO 3166-2.
The countries are those that B2B data mostly names; one that is missing is kept as typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

Writing: TypeAlias = Literal["code", "en", "ja"]

_COUNTRIES = """
AE|United Arab Emirates|アラブ首長国連邦|ARE,UAE
AR|Argentina|アルゼンチン|ARG
AT|Austria|オーストリア|AUT
AU|Australia|オーストラリア|AUS,豪州
BD|Bangladesh|バングラデシュ|BGD
BE|Belgium|ベルギー|BEL
BG|Bulgaria|ブルガリア|BGR
BR|Brazil|ブラジル|BRA
CA|Canada|カナダ|CAN
CH|Switzerland|スイス|CHE
CL|Chile|チリ|CHL
CN|China|中国|CHN,中華人民共和国,People's Republic of China
CO|Colombia|コロンビア|COL
CZ|Czechia|チェコ|CZE,Czech Republic
DE|Germany|ドイツ|DEU
DK|Denmark|デンマーク|DNK
EE|Estonia|エストニア|EST
EG|Egypt|エジプト|EGY
ES|Spain|スペイン|ESP
FI|Finland|フィンランド|FIN
FR|France|フランス|FRA
GB|United Kingdom|イギリス|GBR,UK,英国,Great Britain
GR|Greece|ギリシャ|GRC
HK|Hong Kong|香港|HKG,Hong Kong SAR
HU|Hungary|ハンガリー|HUN
ID|Indonesia|インドネシア|IDN
IE|Ireland|アイルランド|IRL
IL|Israel|イスラエル|ISR
IN|India|インド|IND
IT|Italy|イタリア|ITA
JP|Japan|日本|JPN,日本国
KH|Cambodia|カンボジア|KHM
KR|South Korea|韓国|KOR,大韓民国,Republic of Korea
LT|Lithuania|リトアニア|LTU
LU|Luxembourg|ルクセンブルク|LUX
LV|Latvia|ラトビア|LVA
MM|Myanmar|ミャンマー|MMR
MX|Mexico|メキシコ|MEX
MY|Malaysia|マレーシア|MYS
NG|Nigeria|ナイジェリア|NGA
NL|Netherlands|オランダ|NLD,The Netherlands
NO|Norway|ノルウェー|NOR
NZ|New Zealand|ニュージーランド|NZL
PE|Peru|ペルー|PER
PH|Philippines|フィリピン|PHL
PK|Pakistan|パキスタン|PAK
PL|Poland|ポーランド|POL
PT|Portugal|ポルトガル|PRT
RO|Romania|ルーマニア|ROU
RU|Russia|ロシア|RUS,Russian Federation
SA|Saudi Arabia|サウジアラビア|SAU
SE|Sweden|スウェーデン|SWE
SG|Singapore|シンガポール|SGP
SK|Slovakia|スロバキア|SVK
TH|Thailand|タイ|THA
TR|Türkiye|トルコ|TUR,Turkey
TW|Taiwan|台湾|TWN
UA|Ukraine|ウクライナ|UKR
US|United States|アメリカ合衆国|USA,アメリカ,米国,United States of America
VN|Vietnam|ベトナム|VNM,Viet Nam
ZA|South Africa|南アフリカ|ZAF
"""
_PREFECTURES = """
JP-01|Hokkaido|北海道
JP-02|Aomori|青森県
JP-03|Iwate|岩手県
JP-04|Miyagi|宮城県
JP-05|Akita|秋田県
JP-06|Yamagata|山形県
JP-07|Fukushima|福島県
JP-08|Ibaraki|茨城県
JP-09|Tochigi|栃木県
JP-10|Gunma|群馬県
JP-11|Saitama|埼玉県
JP-12|Chiba|千葉県
JP-13|Tokyo|東京都
JP-14|Kanagawa|神奈川県
JP-15|Niigata|新潟県
JP-16|Toyama|富山県
JP-17|Ishikawa|石川県
JP-18|Fukui|福井県
JP-19|Yamanashi|山梨県
JP-20|Nagano|長野県
JP-21|Gifu|岐阜県
JP-22|Shizuoka|静岡県
JP-23|Aichi|愛知県
JP-24|Mie|三重県
JP-25|Shiga|滋賀県
JP-26|Kyoto|京都府
JP-27|Osaka|大阪府
JP-28|Hyogo|兵庫県
JP-29|Nara|奈良県
JP-30|Wakayama|和歌山県
JP-31|Tottori|鳥取県
JP-32|Shimane|島根県
JP-33|Okayama|岡山県
JP-34|Hiroshima|広島県
JP-35|Yamaguchi|山口県
JP-36|Tokushima|徳島県
JP-37|Kagawa|香川県
JP-38|Ehime|愛媛県
JP-39|Kochi|高知県
JP-40|Fukuoka|福岡県
JP-41|Saga|佐賀県
JP-42|Nagasaki|長崎県
JP-43|Kumamoto|熊本県
JP-44|Oita|大分県
JP-45|Miyazaki|宮崎県
JP-46|Kagoshima|鹿児島県
JP-47|Okinawa|沖縄県
"""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Codes by any spelling (in lower case), and the names of each code."""

    codes: Mapping[str, str]
    names: Mapping[str, Mapping[Writing, str]]

    def code(self, spelling: str) -> str:
        return self.codes.get(spelling.lower(), spelling)

    def name(self, code: str, writing: Writing) -> str:
        return self.names[code][writing] if code in self.names else code


def _gazetteer(table: str) -> Gazetteer:
    """Read one of the tables above. A prefecture is also known without its 都, 府 or 県."""
    codes: dict[str, str] = {}
    names: dict[str, Mapping[Writing, str]] = {}
    for line in table.strip().splitlines():
        code, english, japanese, *more = line.split("|")
        names[code] = {"code": code, "en": english, "ja": japanese}
        short = japanese[:-1] if japanese[-1] in "都府県" else japanese
        for spelling in (code, english, japanese, short, *",".join(more).split(",")):
            codes[spelling.lower()] = code
    codes.pop("", None)
    return Gazetteer(MappingProxyType(codes), MappingProxyType(names))


COUNTRIES = _gazetteer(_COUNTRIES)
PREFECTURES = _gazetteer(_PREFECTURES)
