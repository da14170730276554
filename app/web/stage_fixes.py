"""What to do about the nurturing list, in both languages."""

from collections.abc import Mapping

from app.domain.activity import Label

FIXES: Mapping[str, Label] = {
    "nurture": Label(
        en="The marketing system did not change its nurturing list. The list must be static "
        "(HubSpot: not an active list), and the app must be allowed to write lists. Mend that, or "
        "name another list in the lifecycle (nurture), then try again: the list that is named by "
        "then counts.",
        ja="ナーチャリングリストの更新がMAに拒否されました。静的リストであること"
        "(HubSpotの動的リストは不可)、アプリにリストの書き込み権限があることを確認するか、"
        "ライフサイクルのnurtureに別のリストを指定してから再試行してください。"
        "追加対象の人物は、その時点で指定されているリストに追加されます。",
    ),
    "nurture:gone": Label(
        en="The list that the lifecycle names (nurture), or the person's record, is not there. "
        "Name a static list that exists, then try again: who shall be on it is put on that one.",
        ja="ライフサイクルのnurtureに指定されたリスト、または人物のレコードがMAに存在しません。"
        "存在する静的リストを指定してから再試行してください。人物はそのリストに追加されます。",
    ),
}
