"""Events about people: where they come from, how they score, which stage they are in, alerts.

Type -> (when in English, in Japanese, subject, facts by name as (meaning, example)).
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Told: TypeAlias = tuple[str, str, str, Mapping[str, tuple[str, Any]]]

_NUMBER = ("its number", 31)
_WHO = ("e-mail address or key of whoever did it", "sato@example.jp")
_ALERT = ("the rule that found the lead hot", "score-and-product-page")
_STORM: Mapping[str, tuple[str, Any]] = {
    "storm": _NUMBER,
    "connection": ("the system whose alerts are held", "salesforce"),
    "recipient": ("whose alerts; null: all of the connection", "sato@example.jp"),
}

PEOPLE: Mapping[str, Told] = {
    "people.created": (
        "A record that Baton had not seen became a person, company or opportunity here",
        "新しいレコードを取り込み、人物・会社・商談を作成したとき",
        "",
        {"connection": ("the system that showed it first", "hubspot")},
    ),
    "people.merged": (
        "Two turned out to be one: `from` is gone, `person` has all of it",
        "2件が同一と判明し、統合したとき(`from` は消え、`person` に引き継がれます)",
        "",
        {
            "from": ("the one that is gone", "77b0c6f2-9f5e-4f0b-8d7d-5f2b5f0c9e21"),
            "connection": ("where that showed", "salesforce"),
        },
    ),
    "people.erased": (
        "A person was erased here; the vendors follow. Forget them, too",
        "個人データを消去したとき(各システムの消去も続きます)。受信側でも消去してください",
        "",
        {"receipt": ("the receipt's id", "6a0f2c34-3c2f-4f44-9a0f-0a1f3f4f5f6f")},
    ),
    "score.grade_changed": (
        "A person's grade became another one",
        "スコアのグレードが変わったとき",
        "",
        {
            "from": ("grade before; null: none", "B"),
            "to": ("grade now", "A"),
            "score": ("total now", 86),
            "score_before": ("total before", 71),
        },
    ),
    "stage.changed": (
        "A person moved from one stage to another",
        "ステージが変わったとき",
        "",
        {
            "from": ("stage before", "lead"),
            "to": ("stage now", "mql"),
            "moved_by": ("what moved them: rule, person, system …", "rule"),
            "who": ("who or which rule", "hot"),
            "reason": ("reason, where one is needed", None),
            "why": ("why, line by line", ["total 86 >= 80"]),
            "version": ("version of the lifecycle document", 1),
            "score": ("total then", 86),
            "grade": ("grade then", "A"),
            "at": ("when", "2026-11-30T09:15:00+09:00"),
        },
    ),
    "alert.raised": (
        "A lead became hot, and its owner is told",
        "ホットリードのアラートを発行したとき",
        "alert:31",
        {
            "rule": _ALERT,
            "score": ("total then", 86),
            "owner": ("whose lead it is", "sato@example.jp"),
            "alert": _NUMBER,
            "reasons": ("why, the weightiest first", ["+15 Price page viewed"]),
            "react_by": ("deadline for a reaction", "2026-11-30T09:45:00+09:00"),
        },
    ),
    "alert.accepted": (
        "Somebody takes care of a hot lead",
        "アラートが受諾されたとき",
        "alert:31",
        {"alert": _NUMBER, "by": _WHO},
    ),
    "alert.snoozed": (
        "A hot lead was put off",
        "アラートがスヌーズされたとき",
        "alert:31",
        {
            "alert": _NUMBER,
            "by": _WHO,
            "until": ("when it is due again", "2026-12-01T10:00:00+09:00"),
        },
    ),
    "alert.rejected": (
        "Somebody said that it is no hot lead, and why",
        "アラートが却下されたとき(理由つき)",
        "alert:31",
        {"alert": _NUMBER, "by": _WHO, "reason": ("why", "already in talks")},
    ),
    "alert.reacted": (
        "A reaction was recognised in the SFA: task done, status changed, call logged",
        "SFA上の対応(ToDo完了・状況変更・架電)を検知したとき",
        "alert:31",
        {"alert": _NUMBER, "by": ("who or what showed it", "task completed in salesforce")},
    ),
    "alert.escalated": (
        "Nobody reacted in time; the next one is told",
        "期限までに反応がなく、エスカレーションしたとき",
        "alert:31",
        {
            "alert": _NUMBER,
            "to": ("who is told now", "boss@example.jp"),
            "step": ("which step of the chain", 1),
        },
    ),
    "alert.storm_began": (
        "Alerts were too many in a minute: from this one on they are held until a person decides",
        "1分間のアラートが上限を超え、以降のアラートの保留を開始したとき",
        "storm:7",
        dict(_STORM),
    ),
    "alert.storm_ended": (
        "Somebody decided about the alerts that were held: they were let go, or dropped",
        "保留中のアラートの扱いが決まったとき(配信または破棄)",
        "storm:7",
        {
            **_STORM,
            "state": ("released or dropped", "released"),
            "alerts": ("how many it held", 42),
            "by": _WHO,
            "began_at": ("when it began", "2026-11-30T09:15:00+09:00"),
        },
    ),
}
