"""The words of "why", in both languages: what each step says, and what to do about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.activity import Label, Language
from app.flows.why import Step, Why
from app.web.called import name_of
from app.web.fixes import FIXES, fix
from mappings.owners import ABSENT, DEACTIVATED

LONGEST = 300
SAYS: Mapping[str, Label] = {
    "all_well": Label(
        en="It is in sync: {where}.",
        ja="同期済みです: {where}",
    ),
    "known": Label(
        en="Baton knows this record.",
        ja="Batonはこのレコードを認識しています。",
    ),
    "webhook": Label(
        en="News of it came by a webhook from {connection}.",
        ja="{connection}のWebhookで通知を受信しました。",
    ),
    "look_due": Label(
        en="It is about to be looked at in {connection} (tried {attempts} times).",
        ja="{connection}で確認待ちです(試行{attempts}回)。",
    ),
    "looked": Label(
        en="Last seen changed in {connection}: {record}.",
        ja="{connection}の{record}で最後に変更を確認しました。",
    ),
    "not_understood": Label(
        en="A value in {connection} can't be read: {field}: {message}.",
        ja="{connection}の値を解釈できません: {field}: {message}",
    ),
    "not_mapped": Label(
        en="No active mapping covers {kind} records of {where}.",
        ja="{where}の{kind}を対象とする有効なマッピングがありません。",
    ),
    "mapped": Label(
        en="The mapping {version} applies.",
        ja="マッピング{version}が適用されます。",
    ),
    "same_email": Label(
        en="{n} other records have the same e-mail: {others}.",
        ja="同じメールのレコードが他に{n}件あります: {others}",
    ),
    "undecided": Label(
        en="It may be the same as {other}: nothing is made of it twice until that is decided.",
        ja="{other}と同一の可能性があるため、判断されるまで重複した作成を保留しています。",
    ),
    "apart": Label(
        en="{by} keeps the record {record} of {connection} apart from it.",
        ja="{by}が{connection}のレコード{record}との紐付けを解除しています。",
    ),
    "conflict": Label(
        en="The systems disagree about {field} ({values}).",
        ja="{field}の値が両システムで異なります({values})。",
    ),
    "put_back": Label(
        en="{field} stays “{value}” in {connection}: the undo {job} put it back.",
        ja="{connection}の{field}は取り消し{job}により「{value}」のままです。",
    ),
    "reformatted": Label(
        en="{connection} keeps changing {field} to a form of its own.",
        ja="{connection}が{field}を独自の形式に書き換え続けています。",
    ),
    "filtered": Label(
        en="The filter {pointer} keeps it out of {connection}: {values}.",
        ja="フィルター{pointer}により{connection}には作成されません: {values}",
    ),
    "not_created": Label(
        en="The mapping creates no {kind} records in {connection} ({pointer}).",
        ja="マッピングは{connection}に{kind}を作成しません({pointer})。",
    ),
    "to_be_created": Label(
        en="It is about to be created in {connection}.",
        ja="{connection}で作成待ちです。",
    ),
    "pending": Label(
        en="Fields wait to be written to {connection}: {fields}.",
        ja="{connection}への書き込み待ち: {fields}",
    ),
    "summaries": Label(
        en="News of {fields} waits a little, for {connection} was told of this record just now.",
        ja="{connection}には更新したばかりのため、{fields}の更新は少し待ってまとめて反映します。",
    ),
    "flying": Label(
        en="It is being written to {connection} now.",
        ja="{connection}に書き込み中です。",
    ),
    "unknown": Label(
        en="Nobody knows whether the write to {connection} arrived; it is looked at again.",
        ja="{connection}への書き込み結果が不明なため、再確認します。",
    ),
    "failed": Label(
        en="{connection} refused it: {reason}",
        ja="{connection}が拒否しました: {reason}",
    ),
    "unmapped": Label(
        en="Not all of it can be said in {connection}: {reason}",
        ja="{connection}に反映できない値があります: {reason}",
    ),
    "awaits": Label(
        en="All but this is in {connection}: {reason}",
        ja="{connection}には次の項目以外は反映済みです: {reason}",
    ),
    "gone": Label(
        en="The record was deleted in {connection}. {reason}",
        ja="{connection}でレコードが削除されています。{reason}",
    ),
    "merged": Label(
        en="The record was merged in {connection} into that of another person: {person}.",
        ja="{connection}で別の人物のレコードに統合されました: {person}",
    ),
    "in_sync": Label(
        en="{connection} has what is agreed.",
        ja="{connection}は同期済みです。",
    ),
    "written": Label(
        en="Last written to {connection}: {fields}.",
        ja="{connection}への最終書き込み: {fields}",
    ),
    "paused": Label(
        en="{connection} is paused.",
        ja="{connection}は一時停止中です。",
    ),
    "needs_attention": Label(
        en="{connection} can't be signed in to: {reason}",
        ja="{connection}の認証が無効です: {reason}",
    ),
    "lane_waits": Label(
        en="{connection} is not asked before {until}: {reason}",
        ja="{connection}は{until}まで待機中です: {reason}",
    ),
    "erased": Label(
        en="This person was erased, and is not taken in again.",
        ja="この人物は消去済みのため、再取り込みされません。",
    ),
    "activities_wait": Label(
        en="{n} activities of {connection} wait for this person to be read.",
        ja="{connection}のアクティビティ{n}件がこの人物の読み取りを待っています。",
    ),
    "never_seen": Label(
        en="Baton has never seen this record.",
        ja="Batonはこのレコードを一度も確認していません。",
    ),
    "read_to": Label(
        en="{connection} was read ({feed}) as far as the time shown.",
        ja="{connection}は表示時刻まで読み取り済みです({feed})。",
    ),
    "catching_up": Label(
        en="{connection} is still being read from the beginning ({feed}).",
        ja="{connection}は初回読み取り中です({feed})。",
    ),
    "feed_failed": Label(
        en="Reading {connection} ({feed}) fails: {reason}",
        ja="{connection}({feed})の読み取りに失敗: {reason}",
    ),
}
MENDS: Mapping[str, Label] = {
    "merged": Label(
        en="The other system has two records still: merge those there, too. Baton follows.",
        ja="もう一方のシステムには2件のレコードが残っています。そちらでも統合してください。"
        "統合後は自動的に追従します。",
    ),
    "undecided": Label(
        en="Confirm or reject the pair under Possible matches.",
        ja="「同一候補の確認」で、同一かどうかを判断してください。",
    ),
    "never_seen": Label(
        en="Check the address or id. If it is new, ask for a look now; if it is older than the "
        "connection, run a backfill.",
        ja="メールまたはIDを確認してください。新しい場合は「今すぐ確認」を、接続より古い場合はバ"
        "ックフィルを実行してください。",
    ),
    "filtered": Label(
        en="Change the record so that the filter lets it pass, or change the filter in the "
        "mapping.",
        ja="フィルターを満たすようレコードを変更するか、マッピングのフィルターを変更してください。",
    ),
    "not_created": Label(
        en="Let the mapping create records there, or create it there by hand: they are joined by "
        "e-mail.",
        ja="マッピングで作成を有効にするか、手動で作成してください(メールで紐付きます)。",
    ),
    "not_mapped": Label(
        en="Activate a mapping for this kind of record and these two connections.",
        ja="この種類のレコードと接続を対象とするマッピングを有効化してください。",
    ),
    "awaits": Label(
        en="It follows by itself once that record is there. See why that one is not.",
        ja="参照先のレコードが作成されると自動的に反映されます。参照先が未作成の理由を確認してください。",
    ),
    "put_back": Label(
        en="Change the value in either system, or undo that undo by its job.",
        ja="いずれかのシステムで値を変更するか、その取り消しジョブを取り消してください。",
    ),
    "reformatted": Label(
        en="Give the mapping a transform that writes the form which this system keeps.",
        ja="このシステムの保存形式に合わせる変換をマッピングに設定してください。",
    ),
    "apart": Label(
        en="Link the two again if they are one.",
        ja="同一であれば、もう一度紐付けてください。",
    ),
    "erased": Label(
        en="If the person wants to be known again, lift the erasure.",
        ja="本人が再登録を希望する場合は、消去を解除してください。",
    ),
}
OWNER = Label(
    en="Make or activate that user there, assign the record to somebody else, or say under "
    "owners in the mapping who stands for them (overrides, queues, fallback).",
    ja="相手システムでその担当者を追加または有効化するか、レコードの担当者を変更してください。"
    "マッピングのowners(overrides、queues、fallback)で代わりの担当者を指定することもできます。",
)
OWNERLESS = (ABSENT, DEACTIVATED)
CONVERT = Label(
    en="Convert the {object} in {connection}: once it is a {wanted}, this follows by itself.",
    ja="参照先は現在{object}です。{connection}で{wanted}に変換(リードの場合は「取引の開始」)すると、"
    "自動的に反映されます。",
)
SAME = {
    "conflict": "conflict", "paused": "paused", "needs_attention": "needs_attention",
    "feed_failed": "feed", "lane_waits": "waits", "not_understood": "value", "gone": "gone",
}  # fmt: skip


def says(step: Step) -> Label:
    """What a step says; other records by their names."""
    facts = {"connection": step.connection or "", **{k: _said(v) for k, v in step.facts.items()}}
    words = SAYS[step.code]
    en, ja = words.en.format(**facts), words.ja.format(**facts)
    return Label(en=_by_name(en, step, "en")[:LONGEST], ja=_by_name(ja, step, "ja")[:LONGEST])


def _by_name(text: str, step: Step, language: Language) -> str:
    """A text with names in place of Baton's ids; who is not in it stands behind it."""
    for id_, fields in step.named.items():
        name = name_of(fields, language, id_)
        text = text.replace(id_, name) if id_ in text else f"{text} ({name})"
    return text


def mends(step: Step) -> Label | None:
    """What to do about it; None where there is nothing to do."""
    if step.verdict == "ok":
        return None
    if step.code == "unmapped" and any(one in str(step.facts.get("reason")) for one in OWNERLESS):
        return OWNER
    if step.code in {"failed", "unmapped"}:
        return fix("side", str(step.facts["code"]))
    if step.code == "awaits" and "wanted" in step.facts:
        facts = {**step.facts, "connection": step.connection}
        return Label(en=CONVERT.en.format(**facts), ja=CONVERT.ja.format(**facts))
    if step.code in SAME:
        return FIXES[SAME[step.code]]
    return MENDS.get(step.code)


def answer(why: Why) -> Label:
    """The question answered in one sentence."""
    return says(why.answer)


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    return str(value)
