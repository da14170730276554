"""Hand-offs in words: the note, its templates, tasks, reasons."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.handoff import Handoff
from app.domain.handoff_document import HandoffDocument
from app.domain.handoff_moves import STATES
from app.domain.handoff_quality import Case, judge
from app.domain.handoff_words import (
    Told,
    Written,
    memo_text,
    next_step,
    note,
    reason_text,
    state_text,
    task,
)
from app.domain.presets import preset

NOW = datetime(2026, 4, 1, 1, tzinfo=UTC)
FLOW = HandoffDocument.model_validate(preset("handoff")).flows["is_fs"]
MEMO: dict[str, Any] = {
    "company_name": "Yamada KK", "budget": "secured", "customer_agreed": True,
    "meeting_at": "2026-04-07T01:00:00Z", "touches": 3,
}  # fmt: skip


def told(words: Any = "en", **standing: Any) -> Told:
    one = Handoff(**standing)
    written = Written(FLOW, MEMO, "Asia/Tokyo", words)
    judged = judge(FLOW, Case(MEMO), NOW)
    return Told(written, 12, one, judged, "Aya", "is@example.jp", {"email": "aya@example.jp"})


def test_the_memo_is_lines_by_section() -> None:
    """Choices, yes and no, and times in words; what is empty is left out."""
    assert memo_text(told().written) == (
        "■ Company and person\nCompany: Yamada KK\n■ Contact history\nNumber of contacts: 3\n"
        "■ BANT\nBudget: Secured\n■ Meeting\nWhen: 2026-04-07 10:00\nCustomer agreed: Yes"
    )


def test_the_note_says_where_it_stands() -> None:
    """All that there is, and nothing else."""
    one = told(
        state="rejected", receiver="fs@example.jp", reason="no_budget", note="FY27",
        meeting_at=NOW, due_at=NOW, override={"by": "boss", "reason": "urgent"},
    )  # fmt: skip

    title, body = note(one)

    assert title == "Hand-off memo: Aya (Rejected, quality 19)"
    head = body.split("\n\n")[0].splitlines()
    assert [line for line in head if not line.startswith("Missing: ")] == [
        "State: Rejected", "Quality: 19/100 Improve first",
        "Next step: Give back to marketing for nurturing", "From: is@example.jp",
        "To: fs@example.jp", "Meeting: 2026-04-01 10:00", "Due: 2026-04-01 10:00",
        "Reason: No budget", "Note: FY27", "Gate overridden: boss: urgent",
    ]  # fmt: skip
    assert body.split("\n\n")[1].startswith("■ Company and person")


def test_the_documents_templates_come_first() -> None:
    """In the language of the system; one that fails on these values gives way to Baton's text."""
    texts = {
        "title": {"en": "{{ handoff.quality }} / {{ person.email }}", "ja": "{{ 1 / 0 }}"},
        "body": {"en": "{{ memo['BANT']['Budget'] }}|{{ default }}", "ja": "x"},
    }
    body = preset("handoff")
    body["flows"]["is_fs"]["note"] = texts
    flow = HandoffDocument.model_validate(body).flows["is_fs"]
    english, japanese = (
        replace(told(words), written=replace(told(words).written, flow=flow))
        for words in ("en", "ja")
    )

    assert note(english)[0] == "19 / aya@example.jp"
    assert note(english)[1].startswith("Secured|State: Draft")
    assert note(japanese) == ("引き継ぎメモ: Aya(作成中・品質19点)", "x")


def test_tasks_begin_with_what_was_said() -> None:
    """In the reader's language."""
    title, body = task(told("ja", state="questioned"), "question", "誰が決裁しますか")

    assert title == "引き継ぎ: Ayaについて質問があります"
    assert body.startswith("誰が決裁しますか\n\n状態: 質問中\n品質スコア: 19/100")
    assert task(told(state="delivered"), "delivered", None)[1].startswith("State: Handed over")


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_words(state: Any) -> None:
    """In both languages."""
    for words in ("en", "ja"):
        assert state_text(state, words)
        assert next_step(state, words)


def test_reasons_are_said_as_the_list_has_them() -> None:
    """Free words as they are."""
    assert reason_text(FLOW, "competitor", "ja") == "競合負け"
    assert reason_text(FLOW, "the weather", "en") == "the weather"
    assert reason_text(FLOW, None, "en") is None
