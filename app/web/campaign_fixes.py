"""What to do about campaigns and their members, by code, in both languages."""

from collections.abc import Mapping

from app.domain.activity import Label

FIXES: Mapping[str, Label] = {
    "campaign": Label(
        en="The campaign could not be made ready. Mend what the reason says (often the user lacks "
        "“Marketing User”, or the id in the document is wrong), then try again.",
        ja="キャンペーンを準備できませんでした。理由(多くは連携ユーザーの「マーケティングユーザー」権限の"
        "不足、または設定のID誤り)を解消し、再試行してください。",
    ),
    "members_held": Label(
        en="More members than usual were taken out on one side. Make sure that this was meant; "
        "“try again” takes them out on the other side, too. Or put them back where they were.",
        ja="通常より多くのメンバーが一方で外されました。意図した操作か確認してください。「再試行」で"
        "もう一方からも外します。誤りであれば、元のシステムで戻してください。",
    ),
    "member": Label(
        en="The system refused this member. Correct the record there, then try again; a change of "
        "the status tries again by itself.",
        ja="相手システムがこのメンバーを拒否しました。相手側のレコードを修正し、再試行してください。"
        "ステータスが変われば自動で再試行します。",
    ),
    "credit": Label(
        en="The system refused to put the opportunity under its campaign. Mend what the reason "
        "says (often the campaign is not active, or a rule of the system), then try again.",
        ja="商談のキャンペーン設定が相手システムに拒否されました。理由(無効なキャンペーンや入力規則など)"
        "を解消し、再試行してください。",
    ),
    "no_such_status": Label(
        en="That system can't be told this status (a no-show follows from the event's completion "
        "there). Change it there, or choose another status here.",
        ja="相手システムにはこのステータスを伝えられません(欠席はイベント完了時に自動で決まります)。"
        "相手側で変更するか、別のステータスにしてください。",
    ),
    "ATTENDED_STAYS": Label(
        en="HubSpot keeps that somebody attended, whatever is told afterwards. Set the status back "
        "in the other system, or leave it.",
        ja="HubSpotでは一度「参加」になると変更できません。もう一方のステータスを戻すか、"
        "そのままにしてください。",
    ),
}
