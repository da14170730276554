"""What to do where a record can't be changed or deleted as it stands."""

from collections.abc import Mapping

from app.domain.activity import Label

FIXES: Mapping[str, Label] = {
    "removal:recycle_bin": Label(
        en="The record is deleted, but still in the recycle bin. Let the integration user use the "
        "API and Modify All Data, then try again; or empty the bin by hand.",
        ja="レコードは削除済みですが、ごみ箱に残っています。連携ユーザーに「APIの有効化」と"
        "「すべてのデータの編集」の権限を付与して再試行するか、手動でごみ箱から削除してください。",
    ),
    "removal:converted": Label(
        en="The lead that was converted is still there and can't be deleted by the integration "
        "user. Let the user view and edit converted leads, then try again; or delete it by hand.",
        ja="取引開始済みのリードが残っており、連携ユーザーでは削除できません。「取引の開始済みリードの"
        "参照・編集」権限を付与して再試行するか、手動で削除してください。",
    ),
    "locked": Label(
        en="The record is locked there, usually by an approval process. Let that end, or unlock "
        "the record; then try again.",
        ja="レコードがロックされています(多くは承認プロセス中)。承認の完了を待つかロックを解除し、"
        "再試行してください。",
    ),
    "circular": Label(
        en="The record would stand below itself. Correct the parent at its source.",
        ja="親子関係が循環しています。元のレコードの親を修正してください。",
    ),
}
