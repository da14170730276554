"""What to do about SLA clocks, by code, in both languages."""

from collections.abc import Mapping

from app.domain.activity import Label

FIXES: Mapping[str, Label] = {
    "sla": Label(
        en="The agreed time is over. Take care of the person and record it (a call, a status); the "
        "clock then stops by itself. If there is a reason to wait, pause the clock.",
        ja="合意した時間を過ぎています。対応して記録(通話やステータス変更)すれば計測は自動で止まります。"
        "待つ理由があれば、時計を一時停止してください。",
    ),
    "reminder": Label(
        en="The task about an agreed time was refused. Mend what the reason says, then try again.",
        ja="SLAのタスクを登録できませんでした。理由を解消し、再試行してください。",
    ),
    "not_reassigned": Label(
        en="The record could not be given to the person whom the agreement names. Check that both "
        "systems know the e-mail, and that the mapping has an owner field; then try again.",
        ja="SLAで指定した担当者に変更できませんでした。両システムにそのメールアドレスのユーザーがいるか、"
        "マッピングに担当者項目があるかを確認し、再試行してください。",
    ),
}
