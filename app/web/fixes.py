"""What to do about what needs a person, in both languages: for the API and the pages."""

from collections.abc import Mapping

from app.domain.activity import Label
from app.store.attention import What

GENERAL = Label(
    en="Correct the record, or the rule of the system that refused it; then try again. A change of "
    "the record tries again by itself.",
    ja="レコード、または拒否したシステムの入力規則を修正し、再試行してください。"
    "レコードが変更されると自動で再試行します。",
)
# By code; where that is not among them, by what it is.
FIXES: Mapping[str, Label] = {
    "conflict": Label(
        en="Both systems say something else. Correct one of the two, and the other follows; or "
        "give the field another policy than “ask”.",
        ja="両システムの値が異なります。どちらかを修正すると、もう一方に反映されます。"
        "または項目に「ask」以外の優先方針を設定してください。",
    ),
    "paused": Label(
        en="The connection was paused by a person. Resume it when it may go on.",
        ja="接続は担当者により一時停止中です。再開してよい場合は「再開」してください。",
    ),
    "needs_attention": Label(
        en="Sign-in no longer works. Enter valid secrets for it (API or “baton apply”), then "
        "resume the connection.",
        ja="認証が無効になりました。有効な認証情報をAPIまたは「baton apply」で登録し、"
        "接続を再開してください。",
    ),
    "feed": Label(
        en="Reading failed. Mend what the reason says (often a permission that the integration "
        "user lacks), then try again.",
        ja="読み取りに失敗しました。理由に示された問題(多くは連携ユーザーの権限不足)を解消し、"
        "再試行してください。",
    ),
    "waits": Label(
        en="The vendor does not answer, or has no calls left. It goes on by itself.",
        ja="相手システムが応答しないか、API上限に達しています。自動的に再開されます。",
    ),
    "unmapped": Label(
        en="The mapping has no place for this value: add the choice, owner or field to the "
        "mapping, or correct the value at its source.",
        ja="マッピングにこの値の対応先がありません。選択肢・担当者・項目をマッピングに追加するか、"
        "元の値を修正してください。",
    ),
    "duplicate": Label(
        en="Another record has this e-mail or key. Merge the two in the system, then try again.",
        ja="同じメールまたはキーのレコードが存在します。統合してから再試行してください。",
    ),
    "required": Label(
        en="A required field is empty. Fill it, or give the mapping a placeholder.",
        ja="必須項目が空です。値を入力するか、マッピングに既定値を設定してください。",
    ),
    "choice": Label(
        en="The value is not among the field's choices. Add it there, or map it to one.",
        ja="選択肢にない値です。選択肢に追加するか、マッピングで対応付けてください。",
    ),
    "too_long": Label(
        en="The text is longer than the field. Shorten it with a transform in the mapping.",
        ja="文字数が上限を超えています。マッピングの変換で短くしてください。",
    ),
    "read_only": Label(
        en="The integration user may not write the field. Grant it, or map it one-way.",
        ja="連携ユーザーに書き込み権限がありません。権限を付与するか、片方向にしてください。",
    ),
    "unknown_field": Label(
        en="The field does not exist (any more). Correct the mapping.",
        ja="項目が存在しません。マッピングを修正してください。",
    ),
    "gone": Label(
        en="The record was deleted there. Restore it, or leave it.",
        ja="レコードが削除されています。必要であれば復元してください。",
    ),
    "in_doubt": Label(
        en="Nobody knows whether the notice arrived; the task stands. Try again to ring once more.",
        ja="通知の到達は不明ですが、ToDoは作成済みです。再試行すると再通知します。",
    ),
    "notice": Label(
        en="The task stands; only the notification failed. Check the notification type in the SFA, "
        "then try again.",
        ja="ToDoは作成済みで、通知だけが失敗しました。SFAの通知タイプを確認し、"
        "再試行してください。",
    ),
    "value": Label(
        en="The value can't be read as the type in the mapping: correct it at its source, or "
        "change the mapping.",
        ja="マッピングの型として読めない値です。元の値を修正するか、マッピングを変更してください。",
    ),
}
# Vendors' own codes that mean one of the above.
# Source: Salesforce SOAP API Developer Guide, StatusCode; HubSpot CRM API errors.
SAME: Mapping[str, str] = {
    "REQUIRED_FIELD_MISSING": "required",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "choice",
    "INVALID_OPTION": "choice",
    "STRING_TOO_LONG": "too_long",
    "INVALID_FIELD_FOR_INSERT_UPDATE": "read_only",
    "INSUFFICIENT_ACCESS_OR_READONLY": "read_only",
    "INVALID_FIELD": "unknown_field",
    "PROPERTY_DOESNT_EXIST": "unknown_field",
    "DUPLICATES_DETECTED": "duplicate",
    "DUPLICATE_VALUE": "duplicate",
    "CONFLICT": "duplicate",
    "READ_ONLY_VALUE": "read_only",
}


def fix(what: What, code: str) -> Label:
    """What to do about something of a sort (`what`) that has this code."""
    return FIXES.get(SAME.get(code, code)) or FIXES.get(what) or GENERAL
