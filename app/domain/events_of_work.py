"""Events about work between teams, and about Baton itself.

As in `app/domain/events_of_people.py`.
"""

from collections.abc import Mapping
from typing import Any

from app.domain.events_of_people import Told

_BY = ("who did it", "tanaka@example.jp")
_REASON = ("reason, from the document's list or free", "no_budget")
_HANDOFF: Mapping[str, tuple[str, Any]] = {
    "handoff": ("its number", 12),
    "flow": ("which hand-off: by its name in the document", "is_fs"),
    "by": _BY,
    "from": ("its state before", "submitted"),
    "to": ("its state now", "delivered"),
    "state": ("its state now", "delivered"),
    "quality": ("quality score of the memo, of 100", 85),
    "giver": ("who hands over", "tanaka@example.jp"),
    "receiver": ("who is to take over", "sato@example.jp"),
    "due_at": ("by when somebody must have reacted", "2026-12-01T18:00:00+09:00"),
    "meeting_at": ("when the meeting is", "2026-12-08T10:00:00+09:00"),
    "rules": ("version of the document", 3),
}
_BRIEF = ("handoff", "flow", "by", "state")
_SLA: Mapping[str, tuple[str, Any]] = {
    "clock": ("name of the clock", "first-contact"),
    "state": ("running, met or breached", "running"),
    "about": ("the one thing that it is about, where it is not the person", "handoff:12"),
    "owner": ("whose it is", "sato@example.jp"),
    "began_at": ("since when it runs", "2026-11-30T09:15:00+09:00"),
    "due_at": ("its deadline", "2026-12-01T09:15:00+09:00"),
    "ended_at": ("when it ended", None),
    "heard_at": ("when Baton heard of that", None),
    "ended_by": ("what ended it", None),
    "minutes": ("how long it took, in the clock's own time", None),
    "system_s": ("how much of that Baton and the vendors took", None),
}


def _handoff(en: str, ja: str, **more: tuple[str, Any]) -> Told:
    return en, ja, "handoff:12", {**_HANDOFF, **more}


WORK: Mapping[str, Told] = {
    "handoff.created": (
        "A hand-off was begun",
        "引き継ぎを作成したとき",
        "handoff:12",
        {name: _HANDOFF[name] for name in _BRIEF} | {"state": ("its state", "draft")},
    ),
    "handoff.reminded": (
        "The meeting is near, and something is missing or not answered",
        "商談前日までに不足情報や未回答の質問があり、リマインドしたとき",
        "handoff:12",
        {name: _HANDOFF[name] for name in _BRIEF}
        | {
            "missing": ("what is missing", ["Budget"]),
            "questions_open": ("questions that are not answered", 1),
        },
    ),
    "handoff.submitted": _handoff("It was submitted for approval", "承認申請されたとき"),
    "handoff.approved": _handoff(
        "It was approved, and is with its receiver", "承認され、受け手に渡ったとき"
    ),
    "handoff.returned": _handoff("The manager gave it back", "差し戻されたとき", reason=_REASON),
    "handoff.accepted": _handoff("The receiver took it", "受け手が受諾したとき"),
    "handoff.questioned": _handoff("Somebody asked a question", "質問があったとき"),
    "handoff.answered": _handoff("A question was answered", "質問に回答があったとき"),
    "handoff.rejected": _handoff(
        "The receiver refused it, and why", "受け手が却下したとき(理由つき)", reason=_REASON
    ),
    "handoff.met": _handoff("The meeting took place", "商談(ミーティング)が実施されたとき"),
    "handoff.meeting_set": _handoff(
        "A meeting was set, or moved", "商談日時が設定・変更されたとき"
    ),
    "handoff.reassigned": _handoff("Another one is the receiver", "担当者が変更されたとき"),
    "handoff.feedback_given": _handoff(
        "The receiver gave feedback",
        "フィードバックが登録されたとき",
        rating=("of the hand-off, 1 to 5", 4),
        feedback=("all answers", {"rating": 4, "result": "advanced"}),
    ),
    "handoff.recycled": _handoff(
        "The person went back to marketing", "再ナーチャリングに戻されたとき", reason=_REASON
    ),
    "handoff.closed": _handoff(
        "It ended: won, lost, done or withdrawn",
        "終了したとき(受注・失注・完了・取り下げ)",
        reason=_REASON,
        opportunity=(
            "the opportunity that ended it, if one did",
            {"name": "山田製作所 100席", "stage": "Closed Lost", "connection": "salesforce"},
        ),
    ),
    "sla.started": (
        "A clock began to run",
        "SLAの計測を開始したとき",
        "sla:8",
        {**_SLA},
    ),
    "sla.paused": (
        "A clock stands still",
        "SLAの計測を一時停止したとき",
        "sla:8",
        {**_SLA, "state": ("paused", "paused"), "reason": ("why, by its name", "snoozed")},
    ),
    "sla.resumed": (
        "A clock goes on",
        "SLAの計測を再開したとき",
        "sla:8",
        {**_SLA},
    ),
    "sla.warned": (
        "A deadline is near",
        "SLAの期限が近づいたとき",
        "sla:8",
        {**_SLA},
    ),
    "sla.breached": (
        "A deadline passed",
        "SLAの期限を過ぎたとき",
        "sla:8",
        {**_SLA},
    ),
    "sla.met": (
        "What was due came in time",
        "SLAの期限内に対応されたとき",
        "sla:8",
        {**_SLA},
    ),
    "sla.late": (
        "What was due came after its deadline",
        "SLAの期限後に対応されたとき",
        "sla:8",
        {**_SLA, "state": ("breached", "breached")},
    ),
    "sla.cancelled": (
        "A clock ended without being judged",
        "SLAの計測を取り消したとき",
        "sla:8",
        {**_SLA, "state": ("cancelled", "cancelled")},
    ),
    "sla.escalated": (
        "Still nobody reacted; the next step is taken",
        "期限後も対応がなく、SLAのエスカレーションを行ったとき",
        "sla:8",
        {
            **_SLA,
            "act": ("what is done: none, task, alert or reassign", "task"),
            "to": ("owner, or whose address", "boss@example.jp"),
        },
    ),
    "sla.reassigned": (
        "A record was given to somebody else, because nobody reacted",
        "期限後も対応がなく、担当者を変更したとき",
        "sla:8",
        {"clock": _SLA["clock"], "to": ("whose it is now", "sato@example.jp")},
    ),
    "campaign.member_changed": (
        "A person's status in a campaign became another one",
        "キャンペーンメンバーの状況が変わったとき",
        "campaign:webinar",
        {
            "campaign": ("name of the document", "webinar"),
            "from": ("status before; null: no member", "registered"),
            "to": ("status now; null: no member any more", "attended"),
        },
    ),
    "campaign.held": (
        "Many members were taken out at once; a person decides whether on the other side, too",
        "大量のメンバーが一度に外れ、確認待ちになったとき",
        "campaign:webinar",
        {
            "campaign": ("name of the document", "webinar"),
            "members": ("how many", 120),
            "connection": ("where they were taken out", "hubspot"),
        },
    ),
    "connection.state_changed": (
        "A connection was paused, goes on, or needs attention",
        "接続の状態が変わったとき(停止・再開・要対応)",
        "connection:salesforce",
        {
            "connection": ("its name", "salesforce"),
            "state": ("active, paused or needs_attention", "needs_attention"),
            "reason": ("why", "the refresh token was revoked"),
        },
    ),
    "job.finished": (
        "A job ended",
        "ジョブが終了したとき",
        "job:7",
        {
            "kind": ("what it did", "reconcile"),
            "state": ("done, failed or cancelled", "done"),
            "counts": ("what it counted", {"compared": 1200, "repaired": 3}),
            "reason": ("why it failed", None),
        },
    ),
    "document.activated": (
        "A version of a document became the active one",
        "設定(ドキュメント)のバージョンが有効になったとき",
        "document:scoring/main@4",
        {
            "kind": ("kind of document", "scoring"),
            "name": ("its name", "main"),
            "version": ("the version", 4),
            "before": ("the version that was active until then, if any", 3),
            "by": _BY,
            "note": ("why, in their words", "stricter after the monthly review"),
        },
    ),
}
