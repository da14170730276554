"""Who may be the same: comparable forms of names, companies and domains, and how alike two are.

Names are compared without width, case, kana script, spaces and old forms of characters, and with
family and given name in either order; companies without their legal form. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, TypeAlias

from connectors.base import Kind, Value
from mappings.identity import COMPARED, Key
from mappings.values import as_text

Values: TypeAlias = Mapping[str, Value]
LONGEST: Final = 120  # characters of a name that are compared
LONGEST_KEY: Final = 300  # characters; what is longer is no key
# Hosts that many people share: they say nothing about where somebody works.
SHARED_HOSTS: Final = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
    "yahoo.com", "yahoo.co.jp", "icloud.com", "me.com", "mac.com", "aol.com", "gmx.de", "gmx.net",
    "web.de", "proton.me", "protonmail.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com",
    "softbank.ne.jp", "i.softbank.jp", "nifty.com", "biglobe.ne.jp", "qq.com", "163.com",
})  # fmt: skip
_LEGAL = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|(?:一般|公益)?(?:社団|財団)法人"
    r"|\((?:株|有|同|資|名|社|財)\)"
    r"|\b(?:incorporated|inc|corporation|corp|company|co|limited|ltd|llc|llp|plc|gmbh|ag|sa|bv|kk"
    r"|k\.k)\b\.?"
)
_NOT_A_LETTER = re.compile(r"[\W_]+")
_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^@/]*@)?(?:www\.)?([^/:?#\s]+)")
# Forms of one character that people write in names, to the common one.
_FORMS = str.maketrans(
    "髙﨑嵜濵濱邊邉齋齊斎澤廣國櫻眞惠嶋嶌島龍瀨德黑",
    "高崎崎浜浜辺辺斉斉斉沢広国桜真恵島島島竜瀬徳黒",
)
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two are (0 to 1), and by what: `reasons` name the things that speak for it."""

    degree: float
    reasons: tuple[str, ...]


def plain(text: Value) -> str:
    """A name as it is compared: letters and digits alone, in one width, case and script."""
    wide = unicodedata.normalize("NFKC", str(text or ""))[:LONGEST].casefold()
    return _NOT_A_LETTER.sub("", wide.translate(_FORMS).translate(_TO_KATAKANA))


def company(text: Value) -> str:
    """A company's name without its legal form."""
    wide = unicodedata.normalize("NFKC", str(text or ""))[:LONGEST].casefold()
    return plain(_LEGAL.sub(" ", wide)) or plain(wide)


def domain(text: Value) -> str:
    """The host of an address, e-mail or web; blank where many people share it."""
    found = _HOST.match(str(text or "").strip().lower())
    host = found[1].rstrip(".") if found else ""
    return "" if "." not in host or host in SHARED_HOSTS else host


def number(text: Value) -> str:
    """A phone number in E.164, as the mapping's `phone` type makes it; blank otherwise."""
    digits = str(text or "").strip()
    return digits if re.fullmatch(r"\+[1-9]\d{6,14}", digits) else ""


def exact(kind: Kind, keys: Iterable[Key], values: Values) -> dict[Key, str]:
    """The values that these keys have here, comparable; keys without a value are absent."""
    found: dict[Key, str] = {
        "email": str(values.get("email") or "").strip().lower(),
        "phone": number(values.get("phone")),
        "domain": _domain(kind, values),
        "name": company(values.get("name")) if kind == "company" else "",
    }
    known = {**{key: own(key, values) for key in keys if key not in COMPARED}, **found}
    return {key: known[key] for key in keys if known[key]}


def own(key: Key, values: Values) -> str:
    """The value of a canonical field as a key: as it is, for ids differ by case alone."""
    text = as_text(values.get(key))
    return text if len(text) <= LONGEST_KEY else ""


def blocks(kind: Kind, values: Values) -> frozenset[str]:
    """Keys of which two records share one if they are to be compared at all."""
    host = _domain(kind, values)
    if kind == "company":
        name = company(values.get("name"))
        return frozenset({f"in:{host}"} if host else ()) | frozenset(
            {f"as:{name[:4]}"} if name else ()
        )
    first, last = _names(values)
    names = {name for name in (first, last) if name}
    whole = "".join(sorted(names)) or plain(values.get("name"))
    found = {f"as:{whole}"} if whole else set()
    found |= {f"by:{phone}" for phone in _phones(values)}
    firm = company(values.get("company"))
    found |= {f"at:{place}|{name[:3]}" for place in (host, firm) if place for name in names}
    return frozenset(found)


def compare(kind: Kind, one: Values, two: Values) -> Likeness:
    """How alike two are. A name alone never makes more than 0.7."""
    if kind == "company":
        name = _alike(company(one.get("name")), company(two.get("name")))
        same_host = _domain(kind, one) == _domain(kind, two) != ""
        return _weighed(name, ("domain",) if same_host else ())
    return _weighed(_name_alike(one, two), _evidence(kind, one, two))


def _evidence(kind: Kind, one: Values, two: Values) -> tuple[str, ...]:
    """What, besides the name, speaks for one person."""
    found: list[str] = []
    if _phones(one) & _phones(two):
        found.append("phone")
    firms = company(one.get("company")), company(two.get("company"))
    if firms[0] and firms[0] == firms[1]:
        found.append("company")
    if _domain(kind, one) == _domain(kind, two) != "":
        found.append("domain")
    return tuple(found)


def _weighed(name: float, evidence: tuple[str, ...]) -> Likeness:
    more = 0.0 if not evidence else 0.2 + 0.1 * min(len(evidence) - 1, 1)
    reasons = (*(("name",) if name >= 0.6 else ()), *evidence)  # noqa: PLR2004  no reason below
    return Likeness(round(name * 0.7 + more, 3), reasons)


def _name_alike(one: Values, two: Values) -> float:
    """Family and given name in either order, or the whole name."""
    mine, theirs = _orders(one), _orders(two)
    return max((_alike(a, b) for a in mine for b in theirs), default=0.0)


def _orders(values: Values) -> tuple[str, ...]:
    first, last = _names(values)
    whole = plain(values.get("name"))
    return tuple({name for name in (last + first, first + last, whole) if name})


def _names(values: Values) -> tuple[str, str]:
    return plain(values.get("first_name")), plain(values.get("last_name"))


def _phones(values: Values) -> set[str]:
    found = {number(values.get(name)) for name in ("phone", "mobile_phone")}
    return found - {""}


def _domain(kind: Kind, values: Values) -> str:
    """A company's own host; a person's is that of the e-mail."""
    names = ("domain", "website") if kind == "company" else ("email",)
    return next((host for name in names if (host := domain(values.get(name)))), "")


def _alike(one: str, two: str) -> float:
    if not one or not two:
        return 0.0
    if one == two:
        return 1.0
    return SequenceMatcher(None, one, two, autojunk=False).ratio()
