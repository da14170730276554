"""Costs from a file, as spreadsheets save them in Japan, America and Europe.

Text is UTF-8, Shift_JIS (Excel's CSV in Japan) or UTF-16 (its "Unicode text"), parted by commas,
tabs or semicolons. The columns, in any order: amount, and as wanted date, currency, kind (actual or
budget), note, key; also by their Japanese names. What could mean two things is refused: a cost that
is wrong by a hundred is worse than a file that has to be mended.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from unicodedata import normalize

from pydantic import ValidationError

from app.domain.activity import Label, Language
from app.domain.campaign_cost import CostRow

MOST_ROWS = 5_000
MOST_CHARACTERS = 1_000_000
COLUMNS = ("amount", "date", "currency", "kind", "note", "key")
_NAMES = MappingProxyType({
    **{name: name for name in COLUMNS},
    "金額": "amount", "費用": "amount", "日付": "date", "通貨": "currency", "種別": "kind",
    "区分": "kind", "備考": "note", "摘要": "note", "メモ": "note", "キー": "key",
    "管理番号": "key",
})  # fmt: skip
_KINDS = MappingProxyType({"実績": "actual", "予算": "budget"})
_SIGNS = MappingProxyType({"円": "JPY", "€": "EUR", "£": "GBP"})  # ¥ and $ are of several
_PLAIN = re.compile(r"\d+(\.\d{1,2})?")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d{1,2})?")
_EUROPEAN = re.compile(r"(\d+|\d{1,3}(\.\d{3})+),\d{1,2}")
_DAY = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?: 0?0:00(:00)?)?")
_NO_LETTERS = re.compile("[\x80\xa0\uf8f0-\uf8f3]")  # bytes that Shift_JIS has nothing for
_SAID: Mapping[str, Label] = MappingProxyType({
    code: Label(en=en, ja=ja) for code, (en, ja) in {
        "encoding": ("save the file as UTF-8 or Shift_JIS",
                     "UTF-8またはShift_JISで保存してください"),
        "size": ("more than {most} characters; import it in parts",
                 "{most}文字を超えています。分割して取り込んでください"),
        "rows": ("more than {most} rows; import it in parts",
                 "{most}行を超えています。分割して取り込んでください"),
        "columns": ("name the columns {columns} ({tip})", "列名は{columns}としてください({tip})"),
        "unknown": ("unknown: {names}", "不明な列: {names}"),
        "no_amount": ("there is no column amount", "amount(金額)の列がありません"),
        "column_twice": ("the column {name} stands twice", "列{name}が重複しています"),
        "values": ("more values than columns", "列より値の数が多い行です"),
        "quotes": ("a quotation mark is open", "引用符が閉じられていません"),
        "amount": ("amount: write it as 1200.50 or 1,200.50, from 0 up, with at most two decimals",
                   "amount: 1200.50または1,200.50の形式で、0以上・小数2桁までで入力してください"),
        "date": ("date: write it as 2026-11-03 or 2026/11/3",
                 "date: 2026-11-03または2026/11/3の形式で入力してください"),
        "currency": ("currency: three letters such as JPY",
                     "currency: JPYのような3文字の通貨コードを入力してください"),
        "currencies": ("the amount is in {sign}, the column currency says {currency}",
                       "金額は{sign}、通貨の列は{currency}となっています"),
        "kind": ("kind: actual or budget",
                 "kind: actual(実績)またはbudget(予算)を入力してください"),
        "note": ("note: at most 500 characters", "note: 500文字以内で入力してください"),
        "key": ("key: at most 200 characters", "key: 200文字以内で入力してください"),
        "twice": ("the same as line {before} by key, or by date, kind and note: give each a key",
                  "{before}行目とキー(または日付・種別・備考)が同じです。各行にkeyを付けてください"),
    }.items()
})  # fmt: skip


class Unreadable(ValueError):
    """A file that can't be taken; the text names the line, 0 for the file as a whole."""

    def __init__(self, line: int, code: str, **said: object) -> None:
        self.line, self.code, self.said = line, code, said
        super().__init__(self.text("en"))

    def text(self, language: Language) -> str:
        """What is wrong, and how to mend it."""
        words = {
            name: one.text(language).format(**self.said) if isinstance(one, Label) else one
            for name, one in self.said.items()
        }
        what = _SAID[self.code].text(language).format(**words)
        where = {"en": f"line {self.line}: ", "ja": f"{self.line}行目: "}[language]
        return f"{where if self.line else ''}{what}"


def costs_of(data: bytes) -> list[CostRow]:
    """The rows of a file with a header line. Raises: Unreadable."""
    text = _decoded(data)
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(0, "size", most=MOST_CHARACTERS)
    lines = csv.reader(
        io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n"), newline=""),
        delimiter=_parted_by(text), strict=True,
    )  # fmt: skip
    found: list[CostRow] = []
    seen: dict[str, int] = {}
    for line, row in _rows(lines):
        if len(found) == MOST_ROWS:
            raise Unreadable(line, "rows", most=MOST_ROWS)
        made = _made(row, line)
        if (before := seen.setdefault(made.identity, line)) != line:
            raise Unreadable(line, "twice", before=before)
        found.append(made)
    return found


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp932" or not _NO_LETTERS.search(text):
            return text
    raise Unreadable(0, "encoding")


def _parted_by(text: str) -> str:
    head = text.lstrip().split("\n", 1)[0]
    return max((",", "\t", ";"), key=head.count)


def _rows(lines: Iterator[list[str]]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row that holds something, by the names of its columns, with its line."""
    names: list[str] | None = None
    while True:
        try:
            values = next(lines)
        except StopIteration:
            break
        except csv.Error:
            raise Unreadable(_line_of(lines), "quotes") from None
        if not any(value.strip() for value in values):
            continue
        if names is None:
            names = _names(values)
        elif any(value.strip() for value in values[len(names) :]):
            raise Unreadable(_line_of(lines), "values")
        else:
            yield _line_of(lines), dict(zip(names, values, strict=False))
    if names is None:
        raise _columns(_SAID["no_amount"])


def _line_of(lines: object) -> int:
    return int(getattr(lines, "line_num", 0))


def _names(values: list[str]) -> list[str]:
    given = [normalize("NFKC", value).strip().lower() for value in values]
    while given and not given[-1]:
        given.pop()  # spreadsheets write empty columns at the end
    names = [_NAMES.get(name, "") for name in given]
    if unknown := sorted({name for name in given if name not in _NAMES}):
        raise _columns(_SAID["unknown"], names=", ".join(unknown))
    if "amount" not in names:
        raise _columns(_SAID["no_amount"])
    for name in names:
        if names.count(name) > 1:
            raise Unreadable(1, "column_twice", name=name)
    return names


def _columns(tip: Label, **said: object) -> Unreadable:
    return Unreadable(1, "columns", columns=", ".join(COLUMNS), tip=tip, **said)


def _made(row: Mapping[str, str], line: int) -> CostRow:
    given = {name: value.strip() for name, value in row.items() if value.strip()}
    amount, sign = _amount(given.get("amount", ""), line)
    given["amount"] = amount
    currency = normalize("NFKC", given.get("currency", "")).upper()
    if sign and currency and sign != currency:
        raise Unreadable(line, "currencies", sign=sign, currency=currency)
    given["currency"] = currency or sign
    if "date" in given:
        given["date"] = _day(given["date"], line)
    if "kind" in given:
        kind = normalize("NFKC", given["kind"]).lower()
        given["kind"] = _KINDS.get(kind, kind)
    try:
        return CostRow.model_validate(given)
    except ValidationError as error:
        raise Unreadable(line, str(error.errors()[0]["loc"][0])) from None


def _amount(text: str, line: int) -> tuple[str, str]:
    """The number, and the currency that stands beside it, "" where none does."""
    bare = normalize("NFKC", text).replace(" ", "")
    sign = next((code for mark, code in _SIGNS.items() if mark in bare), "")
    number = bare.strip("".join(_SIGNS) + "¥$\\")  # Shift_JIS has the yen sign at the backslash
    if _PLAIN.fullmatch(number):
        return number, sign
    if _GROUPED.fullmatch(number):
        return number.replace(",", ""), sign
    if _EUROPEAN.fullmatch(number):
        return number.replace(".", "").replace(",", "."), sign
    raise Unreadable(line, "amount")


def _day(text: str, line: int) -> str:
    found = _DAY.fullmatch(normalize("NFKC", text).strip())
    if found is None:
        raise Unreadable(line, "date")
    year, month, day = found.group(1, 2, 3)
    return f"{year}-{int(month):02}-{int(day):02}"
