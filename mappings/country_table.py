"""All countries of ISO 3166-1. Rows: code | English | Japanese | further spellings (";" between).

Checked against ISO 3166-1 and the Unicode CLDR's names, 2026-11; among the further spellings are
the three-letter codes and the names of the standard itself, which CRMs' own lists use.
"""

ROWS = """
AD|Andorra|アンドラ|AND
AE|United Arab Emirates|アラブ首長国連邦|ARE;UAE
AF|Afghanistan|アフガニスタン|AFG
AG|Antigua and Barbuda|アンティグア・バーブーダ|ATG
AI|Anguilla|アンギラ|AIA
AL|Albania|アルバニア|ALB
AM|Armenia|アルメニア|ARM
AO|Angola|アンゴラ|AGO
AQ|Antarctica|南極|ATA
AR|Argentina|アルゼンチン|ARG
AS|American Samoa|米領サモア|ASM
AT|Austria|オーストリア|AUT
AU|Australia|オーストラリア|AUS;豪州
AW|Aruba|アルバ|ABW
AX|Åland Islands|オーランド諸島|ALA
AZ|Azerbaijan|アゼルバイジャン|AZE
BA|Bosnia and Herzegovina|ボスニア・ヘルツェゴビナ|BIH
BB|Barbados|バルバドス|BRB
BD|Bangladesh|バングラデシュ|BGD
BE|Belgium|ベルギー|BEL
BF|Burkina Faso|ブルキナファソ|BFA
BG|Bulgaria|ブルガリア|BGR
BH|Bahrain|バーレーン|BHR
BI|Burundi|ブルンジ|BDI
BJ|Benin|ベナン|BEN
BL|St. Barthélemy|サン・バルテルミー|BLM;Saint Barthélemy
BM|Bermuda|バミューダ|BMU
BN|Brunei|ブルネイ|BRN;Brunei Darussalam
BO|Bolivia|ボリビア|BOL;Bolivia, Plurinational State of
BQ|Caribbean Netherlands|オランダ領カリブ|BES;Bonaire, Sint Eustatius and Saba
BR|Brazil|ブラジル|BRA
BS|Bahamas|バハマ|BHS
BT|Bhutan|ブータン|BTN
BV|Bouvet Island|ブーベ島|BVT
BW|Botswana|ボツワナ|BWA
BY|Belarus|ベラルーシ|BLR
BZ|Belize|ベリーズ|BLZ
CA|Canada|カナダ|CAN
CC|Cocos (Keeling) Islands|ココス(キーリング)諸島|CCK
CD|Democratic Republic of the Congo|コンゴ民主共和国|COD;Congo, The Democratic Republic of the
CF|Central African Republic|中央アフリカ共和国|CAF
CG|Congo|コンゴ共和国|COG;Republic of the Congo;Congo - Brazzaville
CH|Switzerland|スイス|CHE
CI|Côte d'Ivoire|コートジボワール|CIV;Ivory Coast
CK|Cook Islands|クック諸島|COK
CL|Chile|チリ|CHL
CM|Cameroon|カメルーン|CMR
CN|China|中国|CHN;中華人民共和国;People's Republic of China
CO|Colombia|コロンビア|COL
CR|Costa Rica|コスタリカ|CRI
CU|Cuba|キューバ|CUB
CV|Cape Verde|カーボベルデ|CPV;Cabo Verde
CW|Curaçao|キュラソー|CUW
CX|Christmas Island|クリスマス島|CXR
CY|Cyprus|キプロス|CYP
CZ|Czechia|チェコ|CZE;Czech Republic
DE|Germany|ドイツ|DEU
DJ|Djibouti|ジブチ|DJI
DK|Denmark|デンマーク|DNK
DM|Dominica|ドミニカ国|DMA
DO|Dominican Republic|ドミニカ共和国|DOM
DZ|Algeria|アルジェリア|DZA
EC|Ecuador|エクアドル|ECU
EE|Estonia|エストニア|EST
EG|Egypt|エジプト|EGY
EH|Western Sahara|西サハラ|ESH
ER|Eritrea|エリトリア|ERI
ES|Spain|スペイン|ESP
ET|Ethiopia|エチオピア|ETH
FI|Finland|フィンランド|FIN
FJ|Fiji|フィジー|FJI
FK|Falkland Islands|フォークランド諸島|FLK;Falkland Islands (Malvinas)
FM|Micronesia|ミクロネシア連邦|FSM;Micronesia, Federated States of
FO|Faroe Islands|フェロー諸島|FRO
FR|France|フランス|FRA
GA|Gabon|ガボン|GAB
GB|United Kingdom|イギリス|GBR;UK;英国;Great Britain
GD|Grenada|グレナダ|GRD
GE|Georgia|ジョージア|GEO
GF|French Guiana|仏領ギアナ|GUF
GG|Guernsey|ガーンジー|GGY
GH|Ghana|ガーナ|GHA
GI|Gibraltar|ジブラルタル|GIB
GL|Greenland|グリーンランド|GRL
GM|Gambia|ガンビア|GMB
GN|Guinea|ギニア|GIN
GP|Guadeloupe|グアドループ|GLP
GQ|Equatorial Guinea|赤道ギニア|GNQ
GR|Greece|ギリシャ|GRC
GS|South Georgia and the South Sandwich Islands|サウスジョージア・サウスサンドウィッチ諸島|SGS
GT|Guatemala|グアテマラ|GTM
GU|Guam|グアム|GUM
GW|Guinea-Bissau|ギニアビサウ|GNB
GY|Guyana|ガイアナ|GUY
HK|Hong Kong|香港|HKG;Hong Kong SAR
HM|Heard and McDonald Islands|ハード島・マクドナルド諸島|HMD;Heard Island and McDonald Islands
HN|Honduras|ホンジュラス|HND
HR|Croatia|クロアチア|HRV
HT|Haiti|ハイチ|HTI
HU|Hungary|ハンガリー|HUN
ID|Indonesia|インドネシア|IDN
IE|Ireland|アイルランド|IRL
IL|Israel|イスラエル|ISR
IM|Isle of Man|マン島|IMN
IN|India|インド|IND
IO|British Indian Ocean Territory|英領インド洋地域|IOT
IQ|Iraq|イラク|IRQ
IR|Iran|イラン|IRN;Iran, Islamic Republic of
IS|Iceland|アイスランド|ISL
IT|Italy|イタリア|ITA
JE|Jersey|ジャージー|JEY
JM|Jamaica|ジャマイカ|JAM
JO|Jordan|ヨルダン|JOR
JP|Japan|日本|JPN;日本国
KE|Kenya|ケニア|KEN
KG|Kyrgyzstan|キルギス|KGZ
KH|Cambodia|カンボジア|KHM
KI|Kiribati|キリバス|KIR
KM|Comoros|コモロ|COM
KN|St. Kitts and Nevis|セントクリストファー・ネーヴィス|KNA;Saint Kitts and Nevis
KP|North Korea|北朝鮮|PRK;Korea, Democratic People's Republic of
KR|South Korea|韓国|KOR;大韓民国;Republic of Korea;Korea, Republic of
KW|Kuwait|クウェート|KWT
KY|Cayman Islands|ケイマン諸島|CYM
KZ|Kazakhstan|カザフスタン|KAZ
LA|Laos|ラオス|LAO;Lao People's Democratic Republic
LB|Lebanon|レバノン|LBN
LC|St. Lucia|セントルシア|LCA;Saint Lucia
LI|Liechtenstein|リヒテンシュタイン|LIE
LK|Sri Lanka|スリランカ|LKA
LR|Liberia|リベリア|LBR
LS|Lesotho|レソト|LSO
LT|Lithuania|リトアニア|LTU
LU|Luxembourg|ルクセンブルク|LUX
LV|Latvia|ラトビア|LVA
LY|Libya|リビア|LBY
MA|Morocco|モロッコ|MAR
MC|Monaco|モナコ|MCO
MD|Moldova|モルドバ|MDA;Moldova, Republic of
ME|Montenegro|モンテネグロ|MNE
MF|St. Martin|サン・マルタン|MAF;Saint Martin (French part)
MG|Madagascar|マダガスカル|MDG
MH|Marshall Islands|マーシャル諸島|MHL
MK|North Macedonia|北マケドニア|MKD;Macedonia
ML|Mali|マリ|MLI
MM|Myanmar|ミャンマー|MMR;Burma
MN|Mongolia|モンゴル|MNG
MO|Macao|マカオ|MAC;Macau;Macao SAR China
MP|Northern Mariana Islands|北マリアナ諸島|MNP
MQ|Martinique|マルティニーク|MTQ
MR|Mauritania|モーリタニア|MRT
MS|Montserrat|モントセラト|MSR
MT|Malta|マルタ|MLT
MU|Mauritius|モーリシャス|MUS
MV|Maldives|モルディブ|MDV
MW|Malawi|マラウイ|MWI
MX|Mexico|メキシコ|MEX
MY|Malaysia|マレーシア|MYS
MZ|Mozambique|モザンビーク|MOZ
NA|Namibia|ナミビア|NAM
NC|New Caledonia|ニューカレドニア|NCL
NE|Niger|ニジェール|NER
NF|Norfolk Island|ノーフォーク島|NFK
NG|Nigeria|ナイジェリア|NGA
NI|Nicaragua|ニカラグア|NIC
NL|Netherlands|オランダ|NLD;The Netherlands
NO|Norway|ノルウェー|NOR
NP|Nepal|ネパール|NPL
NR|Nauru|ナウル|NRU
NU|Niue|ニウエ|NIU
NZ|New Zealand|ニュージーランド|NZL
OM|Oman|オマーン|OMN
PA|Panama|パナマ|PAN
PE|Peru|ペルー|PER
PF|French Polynesia|仏領ポリネシア|PYF
PG|Papua New Guinea|パプアニューギニア|PNG
PH|Philippines|フィリピン|PHL
PK|Pakistan|パキスタン|PAK
PL|Poland|ポーランド|POL
PM|St. Pierre and Miquelon|サンピエール島・ミクロン島|SPM;Saint Pierre and Miquelon
PN|Pitcairn Islands|ピトケアン諸島|PCN;Pitcairn
PR|Puerto Rico|プエルトリコ|PRI
PS|Palestinian Territories|パレスチナ自治区|PSE;Palestine, State of
PT|Portugal|ポルトガル|PRT
PW|Palau|パラオ|PLW
PY|Paraguay|パラグアイ|PRY
QA|Qatar|カタール|QAT
RE|Réunion|レユニオン|REU
RO|Romania|ルーマニア|ROU
RS|Serbia|セルビア|SRB
RU|Russia|ロシア|RUS;Russian Federation
RW|Rwanda|ルワンダ|RWA
SA|Saudi Arabia|サウジアラビア|SAU
SB|Solomon Islands|ソロモン諸島|SLB
SC|Seychelles|セーシェル|SYC
SD|Sudan|スーダン|SDN
SE|Sweden|スウェーデン|SWE
SG|Singapore|シンガポール|SGP
SH|St. Helena|セントヘレナ|SHN;Saint Helena, Ascension and Tristan da Cunha
SI|Slovenia|スロベニア|SVN
SJ|Svalbard and Jan Mayen|スバールバル諸島・ヤンマイエン島|SJM
SK|Slovakia|スロバキア|SVK
SL|Sierra Leone|シエラレオネ|SLE
SM|San Marino|サンマリノ|SMR
SN|Senegal|セネガル|SEN
SO|Somalia|ソマリア|SOM
SR|Suriname|スリナム|SUR
SS|South Sudan|南スーダン|SSD
ST|São Tomé and Príncipe|サントメ・プリンシペ|STP;Sao Tome and Principe
SV|El Salvador|エルサルバドル|SLV
SX|Sint Maarten|シント・マールテン|SXM;Sint Maarten (Dutch part)
SY|Syria|シリア|SYR;Syrian Arab Republic
SZ|Eswatini|エスワティニ|SWZ;Swaziland
TC|Turks and Caicos Islands|タークス・カイコス諸島|TCA
TD|Chad|チャド|TCD
TF|French Southern Territories|仏領極南諸島|ATF
TG|Togo|トーゴ|TGO
TH|Thailand|タイ|THA
TJ|Tajikistan|タジキスタン|TJK
TK|Tokelau|トケラウ|TKL
TL|Timor-Leste|東ティモール|TLS;East Timor
TM|Turkmenistan|トルクメニスタン|TKM
TN|Tunisia|チュニジア|TUN
TO|Tonga|トンガ|TON
TR|Türkiye|トルコ|TUR;Turkey
TT|Trinidad and Tobago|トリニダード・トバゴ|TTO
TV|Tuvalu|ツバル|TUV
TW|Taiwan|台湾|TWN;Taiwan, Province of China
TZ|Tanzania|タンザニア|TZA;Tanzania, United Republic of
UA|Ukraine|ウクライナ|UKR
UG|Uganda|ウガンダ|UGA
UM|U.S. Outlying Islands|合衆国領有小離島|UMI;United States Minor Outlying Islands
US|United States|アメリカ合衆国|USA;アメリカ;米国;United States of America
UY|Uruguay|ウルグアイ|URY
UZ|Uzbekistan|ウズベキスタン|UZB
VA|Vatican City|バチカン市国|VAT;Holy See;バチカン;Holy See (Vatican City State)
VC|Saint Vincent and the Grenadines|セントビンセント及びグレナディーン諸島|VCT
VE|Venezuela|ベネズエラ|VEN;Venezuela, Bolivarian Republic of
VG|British Virgin Islands|英領ヴァージン諸島|VGB;Virgin Islands, British
VI|U.S. Virgin Islands|米領ヴァージン諸島|VIR;Virgin Islands, U.S.
VN|Vietnam|ベトナム|VNM;Viet Nam
VU|Vanuatu|バヌアツ|VUT
WF|Wallis and Futuna|ウォリス・フツナ|WLF
WS|Samoa|サモア|WSM
YE|Yemen|イエメン|YEM
YT|Mayotte|マヨット|MYT
ZA|South Africa|南アフリカ|ZAF
ZM|Zambia|ザンビア|ZMB
ZW|Zimbabwe|ジンバブエ|ZWE
"""
