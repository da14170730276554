"""What to do about outgoing webhooks, by code, in both languages."""

from collections.abc import Mapping

from app.domain.activity import Label
from app.domain.hook import HOOK_FAILING, HOOK_GONE

FIXES: Mapping[str, Label] = {
    HOOK_GONE: Label(
        en="The receiver answered that it wants no more events. Delete the webhook, or correct its "
        "address; “try again” goes on where it stopped.",
        ja="受信側が受け取りを終了しています。Webhookを削除するか、送信先を修正してください。"
        "「再試行」すると、止まった所から再開します。",
    ),
    HOOK_FAILING: Label(
        en="The receiver took nothing for three days. Mend it, or its address; “try again” goes on "
        "where it stopped, and nothing is lost meanwhile.",
        ja="3日間受信されなかったため停止しました。受信側または送信先を修正してください。"
        "「再試行」すると、止まった所から漏れなく再開します。",
    ),
}
