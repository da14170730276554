"""What to do about messages of alerts, by code, in both languages."""

from collections.abc import Mapping

from app.domain.activity import Label

FIXES: Mapping[str, Label] = {
    "message": Label(
        en="The channel refused the message. Mend what the reason says (often a channel that was "
        "archived, or an address that is not there), then try again if it still matters.",
        ja="通知チャネルがメッセージを拒否しました。理由(アーカイブされたチャンネルや存在しない宛先など)を"
        "解消し、必要であれば再試行してください。",
    ),
    "storm": Label(
        en="More people became hot within a minute than somebody can look at. Look at them under "
        "Alerts, then release or drop them.",
        ja="1分間に多数の方がホットになったため、通知を保留しています。「アラート」で内容を確認し、"
        "通知または破棄してください。",
    ),
}
