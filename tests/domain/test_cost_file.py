"""Costs from files as spreadsheets save them: read as meant, refused where that is not clear."""

import pytest

from app.domain.campaign_cost import CostRow
from app.domain.cost_file import Unreadable, costs_of


def read(text: str) -> list[tuple[str, str, str, str]]:
    return [
        (str(row.amount), str(row.date or ""), row.currency, row.note)
        for row in costs_of(text.encode())
    ]


def test_costs_of_a_spreadsheet() -> None:
    """Columns in any order, thousands with commas, blank lines and a byte order mark."""
    rows = costs_of(
        '\ufeffNote,Amount,Date\r\nAds,"1,200.50",2026-04-01\r\n\r\n,,\r\nHall,800,\r\n'.encode()
    )

    assert [(row.note, str(row.amount), str(row.date)) for row in rows] == [
        ("Ads", "1200.50", "2026-04-01"),
        ("Hall", "800", "None"),
    ]
    assert rows[0].identity == "2026-04-01/actual/Ads"
    assert CostRow(amount=1, key="x").identity == "x"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_a_file_of_excel_in_japan(encoding: str, mark: str) -> None:
    """CSV is Shift_JIS there, "Unicode text" UTF-16; names, dates and kinds are Japanese."""
    lines = (
        ("金額", "日付", "通貨", "種別", "備考"),
        ('"1,200,000円"', "2026/4/1", "", "実績", "展示会ブース"),
        ("\uff11\uff12\uff10\uff10", "2026年4月2日", "jpy", "予算", "印刷"),
    )

    rows = costs_of("\n".join(mark.join(line) for line in lines).encode(encoding))

    said = [(str(o.amount), str(o.date), o.currency, o.kind, o.note) for o in rows]
    assert said == [
        ("1200000", "2026-04-01", "JPY", "actual", "展示会ブース"),
        ("1200", "2026-04-02", "JPY", "budget", "印刷"),
    ]


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("1200.5", "1200.5", ""),
        ('"1,200.50"', "1200.50", ""),
        ('"1200,50"', "1200.50", ""),
        ('"1.200.000,50"', "1200000.50", ""),
        ('"¥1,200"', "1200", ""),
        ("\\\\1200", "1200", ""),
        ('"€ 1.200,50"', "1200.50", "EUR"),
        ("$12", "12", ""),
    ],
)
def test_an_amount_as_people_write_it(said: str, amount: str, currency: str) -> None:
    """A comma before two digits is a decimal one: it made a hundred of one before."""
    assert read(f"amount\n{said}\n") == [(amount, "", currency, "")]


@pytest.mark.parametrize(
    ("text", "en", "ja"),
    [
        ('amount\n"1,2,3"\n', "line 2: amount: write it as", "2行目: amount: 1200.50または"),
        ("amount\n1.200\n", "line 2: amount: ", "2行目: amount: "),
        ("amount\n1e5\n", "line 2: amount: ", "2行目: amount: "),
        ("amount\n-1\n", "line 2: amount: ", "2行目: amount: "),
        ("amount,note\n5,a\n,b\n", "line 3: amount: ", "3行目: amount: "),
        ("amount,date\n5,11/03/2026\n", "line 2: date: write it as", "2行目: date: 2026-11-03"),
        ("amount,date\n5,2026-13-01\n", "line 2: date: ", "2行目: date: "),
        ("amount,currency\n5,YENS\n", "line 2: currency: three letters", "2行目: currency: "),
        ("amount,currency\n5€,JPY\n", "the amount is in EUR", "金額はEUR、通貨の列はJPY"),
        ("amount,kind\n5,planned\n", "line 2: kind: actual or budget", "2行目: kind: "),
        ("amount,sum\n5,5\n", "(unknown: sum)", "(不明な列: sum)"),
        ("date\n2026-01-01\n", "there is no column amount", "amount(金額)の列がありません"),
        ("", "line 1: name the columns", "1行目: 列名は"),
        ("amount,金額\n1,2\n", "the column amount stands twice", "列amountが重複"),
        ("amount\n1,2\n", "line 2: more values than columns", "2行目: 列より"),
        ('amount,note\n1,"open\n2,x\n', "a quotation mark is open", "引用符が"),
        ("amount\n1\n1\n", "line 3: the same as line 2", "3行目: 2行目とキー"),
    ],
)
def test_what_can_not_be_meant_names_its_line(text: str, en: str, ja: str) -> None:
    """In the language of whoever imports it, with how it is meant."""
    with pytest.raises(Unreadable) as caught:
        costs_of(text.encode())

    assert en in caught.value.text("en")
    assert ja in caught.value.text("ja")


def test_old_line_ends_and_other_bytes() -> None:
    """A file of an old Mac is read; one in no writing that we know is refused, and not guessed."""
    assert read("amount,note\r5,x\r6,y\r") == [("5", "", "", "x"), ("6", "", "", "y")]
    with pytest.raises(Unreadable, match="save the file as UTF-8 or Shift_JIS"):
        costs_of(b"amount,note\n1,\xff\xff\n")
