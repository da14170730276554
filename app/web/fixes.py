"""What to do about what needs a person, in both languages: for the API and the pages."""

from collections.abc import Mapping

from app.domain.activity import Label
from app.store.attention import What
from app.web.alert_fixes import FIXES as ALERTS
from app.web.campaign_fixes import FIXES as CAMPAIGNS
from app.web.handoff_fixes import FIXES as HANDOFFS
from app.web.hook_fixes import FIXES as HOOKS
from app.web.removal_fixes import FIXES as REMOVALS
from app.web.sla_fixes import FIXES as SLA
from app.web.stage_fixes import FIXES as STAGES
from app.web.vendor_codes import SAME

GENERAL = Label(
    en="Correct the record, or the rule of the system that refused it; then try again. A change of "
    "the record tries again by itself.",
    ja="レコード、または拒否したシステムの入力規則を修正し、再試行してください。"
    "レコードが変更されると自動で再試行します。",
)
# By sort and code, where a code means another thing there; by code; else by what it is.
FIXES: Mapping[str, Label] = {
    **ALERTS,
    **CAMPAIGNS,
    **HANDOFFS,
    **HOOKS,
    **REMOVALS,
    **SLA,
    **STAGES,
    "conflict": Label(
        en="Both systems say something else. Decide it under Conflicts, or correct one of the two: "
        "the other follows. A policy other than “ask” decides by itself.",
        ja="両システムの値が異なります。「不一致」で決定するか、どちらかを修正するともう一方に"
        "反映されます。「ask」以外の優先方針なら自動で決まります。",
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
    "held": Label(
        en="More records than usual are to be deleted, because their counterparts were. Make sure "
        "that this was meant; “try again” deletes them, and “POST /api/v1/deletions/refuse” keeps "
        "them.",
        ja="通常より多くのレコードが、相手側の削除に伴い削除されようとしています。意図した削除か"
        "確認してください。「再試行」で削除し、「POST /api/v1/deletions/refuse」で保持します。",
    ),
    "removal": Label(
        en="The system refused to delete the record. Remove what stands in the way there, then try "
        "again.",
        ja="相手システムがレコードの削除を拒否しました。原因を取り除き、再試行してください。",
    ),
    "schema": Label(
        en="The field is not what the mapping takes it for. Activate a version that fits, "
        "or, if all is well, confirm the change on the page Connections.",
        ja="相手システムの項目定義が変わりました。マッピングを合わせて有効化するか、問題がなければ"
        "「接続」ページで確認してください。",
    ),
    "field_deleted": Label(
        en="The field is gone, or our user may not see it any more; it rests, nothing is blanked. "
        "Restore it or the access, or leave it out. If it is back, confirm that blanks are meant.",
        ja="項目の削除または権限不足のため、同期を止めています(値は消えません)。項目か権限を戻すか、項目"
        "を除いた版を有効化してください。復元済みなら、空欄でよいことを確認してください。",
    ),
    "field_type": Label(
        en="The field has another type. It rests where the mapping does not read that: activate a "
        "version with that type, or confirm the change on the page Connections.",
        ja="項目の型が変わりました。マッピングの型で読めない場合は同期を止めています。型を合わせた版を"
        "有効化するか、「接続」ページで確認してください。",
    ),
    "feed": Label(
        en="Reading failed. Mend what the reason says (often a permission that the integration "
        "user lacks), then try again.",
        ja="読み取りに失敗しました。理由に示された問題(多くは連携ユーザーの権限不足)を解消し、"
        "再試行してください。",
    ),
    "behind": Label(
        en="Half of the time that the vendor keeps these changes is over. See why this feed is not "
        "read on (connection paused, calls used up, worker stopped) before they are lost.",
        ja="相手システムの保持期間の半分が経過しています。失われる前に、読み取りが進まない原因"
        "(接続の停止、API上限、ワーカー停止など)を解消してください。",
    ),
    "unread": Label(
        en="No worker reads this feed. Start one (“baton work” or “baton serve”).",
        ja="このフィードを読むワーカーがありません。「baton work」または「baton serve」を"
        "起動してください。",
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
    "awaits": Label(
        en="It waits for the record that it names, and follows by itself once that is there.",
        ja="参照先のレコードを待っています。作成されると自動的に反映されます。",
    ),
    "duplicate": Label(
        en="Another record has this e-mail or key. Merge the two in the system, then try again.",
        ja="同じメールまたはキーのレコードが存在します。統合してから再試行してください。",
    ),
    "duplicate_rule": Label(
        en="A duplicate rule takes it for a record that exists. Merge the two there, or let the "
        "integration user pass the rule; then try again.",
        ja="重複ルールにより拒否されました。既存レコードと統合するか、連携ユーザーを重複ルールの"
        "対象外にして再試行してください。",
    ),
    "several": Label(
        en="Several records there have its key. Merge them, then try again.",
        ja="同じキーのレコードが複数あります。統合してから再試行してください。",
    ),
    "validation_rule": Label(
        en="A rule of the system's admin refuses the record; its words are the reason. Correct the "
        "value at its source, or have the rule changed; then try again.",
        ja="管理者が設定した入力規則により拒否されました(理由はその文言です)。元の値を修正するか、"
        "規則を変更してから再試行してください。",
    ),
    "automation": Label(
        en="A flow or trigger of the system fails when the record is saved. Its admin must mend "
        "that; then try again.",
        ja="保存時に相手システムのフローまたはトリガーでエラーが発生しました。管理者が修正した後、"
        "再試行してください。",
    ),
    "busy": Label(
        en="Somebody else holds the record, or the system is busy. It is tried again by itself.",
        ja="レコードが他の処理でロックされているか、システムが混雑しています。自動で再試行します。",
    ),
    "access": Label(
        en="The integration user may not edit this record. Grant it by profile, permission set or "
        "sharing; then try again.",
        ja="連携ユーザーにこのレコードの編集権限がありません。プロファイル・権限セット・共有設定で"
        "付与し、再試行してください。",
    ),
    "access_to_other": Label(
        en="The integration user may not see the record that this one refers to (an owner, an "
        "account). Grant access to it, then try again.",
        ja="参照先レコード(所有者や取引先など)へのアクセス権が連携ユーザーにありません。付与してから"
        "再試行してください。",
    ),
    "scopes": Label(
        en="The app lacks the scopes that the reason names. Add them to the app in HubSpot and "
        "connect again; then try again.",
        ja="理由に示されたスコープが不足しています。HubSpotのアプリに追加して再接続し、"
        "再試行してください。",
    ),
    "email": Label(
        en="This is no valid e-mail address there. Correct it at its source.",
        ja="メールアドレスの形式が不正です。元の値を修正してください。",
    ),
    "type": Label(
        en="The value has the wrong form for the field (number, date, yes/no). Correct it at its "
        "source, or the field's type in the mapping.",
        ja="項目の型(数値・日付・真偽値)に合わない値です。元の値、またはマッピングの型を"
        "修正してください。",
    ),
    "reference": Label(
        en="The record that this one refers to is not there (any more). Correct the reference at "
        "its source, or sync that record first.",
        ja="参照先のレコードが存在しません。元の参照を修正するか、先に参照先を同期してください。",
    ),
    "no_contact": Label(
        en="Only a contact can have a role in an opportunity. Convert the lead, or let the mapping "
        "wait for that: to_objects: {sfa: [Contact]} at this field.",
        ja="商談に登録できるのは取引先責任者のみです。リードの取引の開始を行うか、マッピングのこの項目に"
        "to_objects: {sfa: [Contact]} を指定して変換を待つようにしてください。",
    ),
    "owner": Label(
        en="The owner is inactive there, or may not own this record. Map the owner to somebody "
        "else, or set a fallback in the mapping.",
        ja="所有者が無効、または所有できません。マッピングで別の所有者または代替所有者を"
        "設定してください。",
    ),
    "converted": Label(
        en="The lead was converted. Baton goes on with its contact; try again if it does not.",
        ja="リードは取引開始済みです。取引先責任者として継続します。続かない場合は再試行してください。",
    ),
    "storage": Label(
        en="The system has no storage left. Its admin must make room; then try again.",
        ja="相手システムのストレージが上限です。管理者が空きを確保した後、再試行してください。",
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
        en="The field does not exist, or our user may not see it. Give it access, or mend that.",
        ja="項目がないか、連携ユーザーに項目レベルセキュリティの権限がありません。権限かマッピングを修正してください。",
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
    "job_failed": Label(
        en="Mend what the reason says, then try again: the job goes on where it stopped.",
        ja="理由に示された問題を解消し、再試行してください。中断した場所から再開します。",
    ),
    "differences": Label(
        en="The latest comparison found differences. Its results under Jobs explain each one; "
        "“Compare and repair” mends what can be mended.",
        ja="直近の比較で差異が見つかりました。「ジョブ」の結果で確認し、"
        "「比較して修復」を実行してください。",
    ),
    "missed": Label(
        en="The system shows another value than Baton holds: a change was missed. Repair looks at "
        "the record again.",
        ja="システムの値がBatonの保持値と異なります(変更の取りこぼし)。"
        "修復を実行すると再確認します。",
    ),
    "missing_here": Label(
        en="The system has a record that Baton never looked at. Repair looks at it, or run a "
        "backfill.",
        ja="Batonが未確認のレコードです。修復またはバックフィルで取り込めます。",
    ),
    "missing_there": Label(
        en="The record is not in the system (any more). Restore it there, or repair to look again.",
        ja="レコードがシステムに存在しません。復元するか、修復で再確認してください。",
    ),
    "filtered": Label(
        en="The mapping keeps it out. Change the filter, or the creation rule, if it shall go in.",
        ja="マッピングの条件により対象外です。必要であれば条件を変更してください。",
    ),
    "pending": Label(
        en="It is on its way; nothing to do.",
        ja="反映待ちです。対応は不要です。",
    ),
    "erased": Label(
        en="The person was erased and must not come back. Delete the record in the system, too.",
        ja="消去済みの人物です。システム側のレコードも削除してください。",
    ),
    "doubt": Label(
        en="Nobody knows whether the last write arrived. Baton looks before it writes again.",
        ja="直前の書き込み結果が不明です。再書き込みの前に自動で確認します。",
    ),
    "put_back": Label(
        en="The old value stands again. Sync leaves it alone until one side changes.",
        ja="元の値に戻しました。どちらかが変更されるまで同期は上書きしません。",
    ),
    "changed_since": Label(
        en="It was changed after this write, so it was left. Correct it by hand if need be.",
        ja="書き込み後に変更されたため、元に戻していません。必要なら手動で修正してください。",
    ),
    "created": Label(
        en="The record was made by this write. It was left; delete it in the system if need be.",
        ja="この書き込みで作成されたレコードは残しています。不要なら相手システムで削除してください。",
    ),
    "not_written": Label(
        en="The active mapping does not write the field. Undo first, then activate another "
        "version.",
        ja="有効なマッピングがこの項目を書き込みません。先に取り消し、その後に別の版を"
        "有効化してください。",
    ),
    "value": Label(
        en="The value can't be read as the type in the mapping: correct it at its source, or "
        "change the mapping.",
        ja="マッピングの型として読めない値です。元の値を修正するか、マッピングを変更してください。",
    ),
}


def fix(what: What, code: str) -> Label:
    """What to do about something of a sort (`what`) that has this code."""
    means = SAME.get(code, code)
    return FIXES.get(f"{what}:{means}") or FIXES.get(means) or FIXES.get(what) or GENERAL


def finding_fix(category: str, code: str | None) -> Label:
    """What to do about what a job found."""
    return FIXES.get(SAME.get(code or "", code or "")) or FIXES.get(category) or GENERAL
