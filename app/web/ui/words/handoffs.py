"""The words of hand-offs, in both languages."""

from collections.abc import Mapping

from app.domain.handoff_words import STATE_WORDS

_DEEDS: Mapping[str, tuple[str, str]] = {
    "submit": ("Submit", "申請する"),
    "approve": ("Approve", "承認する"),
    "return": ("Return", "差し戻す"),
    "withdraw": ("Withdraw", "取り下げる"),
    "accept": ("Accept", "受諾する"),
    "ask": ("Ask a question", "質問する"),
    "answer": ("Answer", "回答する"),
    "reject": ("Reject", "却下する"),
    "meet": ("Set the meeting", "商談日時を設定"),
    "hold": ("The meeting was held", "商談を実施済みにする"),
    "feedback": ("Give feedback", "フィードバックを登録"),
    "close": ("Close", "結果を登録(受注・失注)"),
    "recycle": ("Back to marketing", "マーケティングへ戻す"),
    "reassign": ("Reassign", "担当を変更"),
}
_PLACES: Mapping[str, tuple[str, str]] = {
    "note": ("Text", "内容"),
    "reason": ("Reason", "理由"),
    "at": ("When", "日時"),
    "to": ("E-mail of the receiver", "引き継ぎ先のメールアドレス"),
    "outcome": ("Result", "結果"),
    "override": ("Why although the gate is closed", "例外として引き継ぐ理由"),
    "result": ("Result of the meeting", "商談の結果"),
    "rating": ("Rating of the hand-off (1-5)", "引き継ぎの評価(1~5)"),
    "next_action": ("Next action", "ネクストアクション"),
    "stall_reason": ("Or why it stalls", "または停滞の理由"),
    "useful": ("What was useful", "役に立った情報"),
    "missing": ("What was missing", "不足していた情報"),
}
_CHOICES: Mapping[str, tuple[str, str]] = {
    "progress": ("Goes on", "前進"),
    "stalled": ("Stalled", "停滞"),
    "no_show": ("Did not come", "無断キャンセル"),
    "ended": ("Ended", "終了"),
    "won": ("Won", "受注"),
    "lost": ("Lost", "失注"),
    "done": ("Done", "完了"),
}
_SAID: Mapping[str, tuple[str, str]] = {
    "question": ("Question", "質問"),
    "answer": ("Answer", "回答"),
    "return": ("Returned", "差し戻し"),
    "rejection": ("Rejected", "却下"),
    "withdrawal": ("Withdrawn", "取り下げ"),
    "recycling": ("Back to marketing", "マーケティングへ返却"),
    "close": ("Closed", "クローズ"),
}
_TOLD: Mapping[str, tuple[str, str]] = {
    "pending": ("to be told", "反映待ち"),
    "sent": ("told", "反映済み"),
    "failed": ("refused", "反映失敗"),
    "flying": ("being told", "送信中"),
    "in_doubt": ("perhaps told", "送信結果不明"),
    "dropped": ("not needed any more", "送信不要"),
    "notification": ("Bell", "通知"),
    "mention": ("Mention", "メンション"),
    "message": ("Message", "メッセージ"),
    "task": ("Task", "ToDo"),
    "note": ("Note", "メモ"),
}
_EVENTS: Mapping[str, tuple[str, str]] = {
    "created": ("Hand-off begun", "引き継ぎを作成"),
    "submitted": ("Hand-off submitted", "引き継ぎを申請"),
    "approved": ("Hand-off approved", "引き継ぎを承認"),
    "returned": ("Hand-off returned", "引き継ぎを差し戻し"),
    "accepted": ("Hand-off accepted", "引き継ぎを受諾"),
    "questioned": ("Question about the hand-off", "引き継ぎへの質問"),
    "answered": ("Question answered", "質問に回答"),
    "rejected": ("Hand-off rejected", "引き継ぎを却下"),
    "meeting_set": ("Meeting set", "商談日時を設定"),
    "met": ("Meeting held; feedback due", "商談実施・フィードバック待ち"),
    "feedback_given": ("Feedback given", "フィードバックを登録"),
    "closed": ("Hand-off closed", "引き継ぎをクローズ"),
    "explained": ("Why it ended became known", "受注・失注の理由を取得"),
    "recycled": ("Back to marketing", "マーケティングへ返却"),
    "reassigned": ("Hand-off reassigned", "引き継ぎ先を変更"),
    "reminded": ("Reminded of missing information", "情報不足をリマインド"),
    "judged": ("Hand-off judged by new rules", "新しいルールで引き継ぎを再判定"),
    "refused": ("A decision in the CRM could not be taken", "CRMでの判断を反映できず"),
    "entry_failed": ("Hand-off note or task refused", "引き継ぎメモ・ToDoの登録失敗"),
}
_NOTICES: Mapping[str, tuple[str, str]] = {
    "notice_told": ("Somebody was told by a channel", "チャネルで通知"),
    "notice_untold": ("A channel could not tell it", "チャネルでの通知に失敗"),
}
_PAGES: Mapping[str, tuple[str, str]] = {
    "nav.handoffs": ("Hand-offs", "引き継ぎ"),
    "handoffs.title": ("Hand-offs", "引き継ぎ(トスアップ)"),
    "handoffs.none": ("No hand-off fits.", "該当する引き継ぎはありません。"),
    "handoffs.none_hint": (
        "Begin one on the page of a person. A document “handoff” says what the memo asks.",
        "人物のページから作成します。メモの項目は「handoff」ルール文書で定義します。",
    ),
    "handoffs.state": ("State", "状態"),
    "handoffs.flow": ("From - to", "種別"),
    "handoffs.open": ("Open ones", "進行中"),
    "handoffs.any": ("All", "すべて"),
    "handoffs.ended": ("Ended", "終了"),
    "handoffs.which": ("Which", "対象"),
    "handoffs.quality": ("Quality", "品質"),
    "handoffs.quality_of": ("Quality {n} of 100", "品質スコア {n}/100"),
    "handoffs.age": ("{n} days in this state", "この状態で{n}日"),
    "handoffs.due": ("Due", "期限"),
    "handoffs.waits_until": ("waits; to be told", "送信待ち・送信予定:"),
    "handoffs.late": ("overdue", "期限超過"),
    "handoffs.giver": ("From", "引き継ぎ元"),
    "handoffs.receiver": ("To", "引き継ぎ先"),
    "handoffs.meeting": ("Meeting", "商談日時"),
    "handoffs.next": ("Next step", "次のアクション"),
    "handoffs.reason": ("Reason", "理由"),
    "handoffs.override": ("Gate overridden", "ゲート例外承認"),
    "handoffs.actions": ("What you can do", "操作"),
    "handoffs.memo": ("Memo", "引き継ぎメモ"),
    "handoffs.required": ("required", "必須"),
    "handoffs.choose": ("-", "選択してください"),
    "handoffs.save": ("Save the memo", "メモを保存"),
    "handoffs.unsaved": ("Not saved yet", "未保存の変更があります"),
    "handoffs.gate": ("Conditions to hand over", "引き継ぎ条件(ゲート)"),
    "handoffs.checklist": ("Checklist", "チェックリスト"),
    "handoffs.n_done": ("{n} of {of}", "{n}/{of}"),
    "handoffs.auto": ("checked from data", "自動判定"),
    "handoffs.thread": ("Questions and answers", "質問と回答"),
    "handoffs.told": ("Told in the sales system and by channels", "SFAへの反映と通知"),
    "handoffs.outcome": ("Outcome", "結果"),
    "handoffs.opportunity": ("Opportunity", "商談"),
    "handoffs.retry": ("Tell it again", "再送する"),
    "handoffs.feedback": ("Feedback", "フィードバック"),
    "handoffs.begin": ("Begin a hand-off", "引き継ぎを作成"),
    "handoffs.is_fs": ("Inside sales → field sales", "IS→FS"),
    "handoffs.fs_cs": ("Field sales → customer success", "FS→CS"),
    "handoffs.older": ("Older", "過去分"),
    "handoffs.stale": (
        "Somebody changed it meanwhile. The page shows it as it is now.",
        "他の人が先に変更しました。最新の状態を表示します。",
    ),
    "handoffs.illegal": (
        "That is not possible in this state any more.",
        "現在の状態ではその操作はできません。",
    ),
    "handoffs.closed": (
        "The conditions to hand over are not met: {what}",
        "引き継ぎ条件を満たしていません: {what}",
    ),
    "handoffs.incomplete": ("Please complete: {what}", "入力してください: {what}"),
    "handoffs.open_already": ("There is an open hand-off.", "進行中の引き継ぎがあります。"),
    "handoffs.no_document": (
        "Publish a document of the kind “handoff” first.",
        "先に「handoff」ルール文書を公開してください。",
    ),
    "attention.handoff": ("hand-off notes and tasks refused", "反映できない引き継ぎ"),
    "trouble.handoff": ("Hand-off note or task refused", "引き継ぎのメモ・ToDoが拒否されました"),
    "panel.handoff": ("Hand-off", "引き継ぎ"),
}


def _words(which: int) -> Mapping[str, str]:
    areas = {
        "deed": _DEEDS,
        "handoff_place": _PLACES,
        "handoff_choice": _CHOICES,
        "handoff_said": _SAID,
        "handoff_told": _TOLD,
    }
    return {
        **{key: pair[which] for key, pair in _PAGES.items()},
        **{f"event.{key}": pair[which] for key, pair in _NOTICES.items()},
        **{
            f"{area}.{key}": pair[which]
            for area, those in areas.items()
            for key, pair in those.items()
        },
        **{f"event.handoff_{key}": pair[which] for key, pair in _EVENTS.items()},
        **{
            f"handoff_state.{key}": (label.en, label.ja)[which]
            for key, label in STATE_WORDS.items()
        },
    }


EN: Mapping[str, str] = _words(0)
JA: Mapping[str, str] = _words(1)
