"""The fields that the package creates, and by what its components are known as Baton's.

Labels are English and Japanese. Source: Metadata API developer guide, "CustomField".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from connectors.salesforce.settings import Settings

MARK = "Made by baton install"  # in the description of what Baton created, and may remove
ACTIVITY = "Activity"  # where custom fields of Task and Event are set up
PEOPLE = ("Lead", "Contact")
KEYED = ("Lead", "Contact", "Account", "Opportunity", ACTIVITY, "Campaign", "CampaignMember")
SETS = ("Baton", "Baton_Reader")  # permission sets: of the integration user, of people
PAGES: Mapping[str, str] = {name: f"Baton_Timeline_{name}" for name in PEOPLE}
COMPONENT = "batonTimeline"

Language: TypeAlias = Literal["en", "ja"]


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A custom field. `type` is the Metadata API's, `more` its further elements.

    `choices` of a restricted picklist: values, which are their English labels, and Japanese ones.
    `was_text`: the length of the text that earlier packages made in its place.
    """

    object: str
    name: str
    type: str
    labels: tuple[str, str]  # English, Japanese
    help: tuple[str, str]
    more: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()
    was_text: int = 0

    @property
    def full_name(self) -> str:
        return f"{self.object}.{self.name}"

    def label(self, language: Language) -> str:
        return self.labels[language == "ja"]

    @property
    def described_as(self) -> str:
        """Its type in a describe."""
        return DESCRIBED[self.type]


DESCRIBED = {"Text": "string", "LongTextArea": "textarea", "Number": "double",
             "DateTime": "datetime", "Picklist": "picklist"}  # fmt: skip
_KEY = {"length": "64", "externalId": "true", "unique": "true", "caseSensitive": "true"}
_LONG = {"length": "1000", "visibleLines": "5"}
_MEMO = {"length": "10000", "visibleLines": "15"}
# What reps answer by: their permission set lets them write these.
DECISION = "Baton_Handoff_Decision__c"
ANSWERS = (DECISION, "Baton_Handoff_Reason__c")
DECISIONS = (("Accepted", "受諾"), ("Question", "質問"), ("Rejected", "却下"))
DECISION_WAS_TEXT = 40


def _whole(digits: int) -> Mapping[str, str]:
    return {"precision": str(digits), "scale": "0"}


def _text(length: int) -> Mapping[str, str]:
    return {"length": str(length)}


_SHOWN: tuple[tuple[str, str, Mapping[str, str], tuple[str, str], tuple[str, str]], ...] = (
    ("Baton_Score__c", "Number", _whole(3), ("Baton Score", "Batonスコア"),
     ("How interested the person is, from 0 to 100", "関心の高さ(0~100)")),
    ("Baton_Grade__c", "Text", _text(2), ("Baton Grade", "Batonグレード"),
     ("How well the person fits", "ターゲットとの適合度")),
    ("Baton_Hot_Since__c", "DateTime", {}, ("Baton Hot Since", "Batonホット判定日時"),
     ("Since when the person has been a hot lead", "ホットリードになった日時")),
    ("Baton_Reasons__c", "LongTextArea", _LONG, ("Baton Reasons", "Batonスコアの理由"),
     ("What the score comes from", "スコアの内訳")),
    ("Baton_First_Touch__c", "DateTime", {}, ("Baton First Touch", "Baton初回接触日時"),
     ("The first contact with us", "最初の接触日時")),
    ("Baton_Last_Touch__c", "DateTime", {}, ("Baton Last Touch", "Baton最終接触日時"),
     ("The latest contact with us", "直近の接触日時")),
    ("Baton_Touch_Count__c", "Number", _whole(9), ("Baton Touch Count", "Baton接触回数"),
     ("How many contacts there were", "接触の回数")),
    ("Baton_Days_Since_Touch__c", "Number", _whole(6),
     ("Baton Days Since Touch", "Baton最終接触からの日数"),
     ("Whole days since the latest contact", "直近の接触からの経過日数")),
    ("Baton_Last_Channel__c", "Text", _text(80), ("Baton Last Channel", "Baton最終チャネル"),
     ("How the latest contact came about", "直近の接触のチャネル")),
    ("Baton_Last_Page__c", "Text", _text(255), ("Baton Last Page", "Baton最終閲覧ページ"),
     ("The page that was viewed last", "最後に閲覧したページ")),
    ("Baton_Last_Campaign__c", "Text", _text(255),
     ("Baton Last Campaign", "Baton最終キャンペーン"),
     ("The campaign that was met last", "最後に反応したキャンペーン")),
    ("Baton_Stage__c", "Text", _text(20), ("Baton Stage", "Batonステージ"),
     ("From lead to customer; may be edited", "リードから顧客までの段階(編集可)")),
    ("Baton_Stage_Since__c", "DateTime", {}, ("Baton Stage Since", "Batonステージ移行日時"),
     ("Since when the person has been in the stage", "現在のステージに移行した日時")),
    ("Baton_Stage_Reason__c", "LongTextArea", _LONG,
     ("Baton Stage Reason", "Batonステージの理由"),
     ("Why the person was lost or given back last", "失注・差し戻しの直近の理由")),
    ("Baton_Handoff_State__c", "Text", _text(80), ("Baton Hand-off", "Baton引き継ぎ状況"),
     ("Where the hand-off stands", "引き継ぎの状況")),
    ("Baton_Handoff_Quality__c", "Number", _whole(3),
     ("Baton Hand-off Quality", "Baton引き継ぎ品質スコア"),
     ("How complete the hand-off memo is, from 0 to 100", "引き継ぎメモの品質(0~100)")),
    ("Baton_Handoff_Next_Step__c", "Text", _text(255),
     ("Baton Hand-off Next Step", "Baton引き継ぎの次のアクション"),
     ("What is to be done next", "次に行うこと")),
    ("Baton_Handoff_Memo__c", "LongTextArea", _MEMO, ("Baton Hand-off Memo", "Baton引き継ぎメモ"),
     ("What was found out in the hearing", "ヒアリング内容の引き継ぎメモ")),
    ("Baton_Handoff_Meeting__c", "DateTime", {},
     ("Baton Hand-off Meeting", "Baton引き継ぎの商談日時"),
     ("When the meeting is", "商談の日時")),
    ("Baton_Handoff_Receiver__c", "Text", _text(255),
     ("Baton Hand-off Receiver", "Baton引き継ぎ先"),
     ("E-mail of whom it was handed to", "引き継ぎ先のメールアドレス")),
    (DECISION, "Picklist", {}, ("Baton Hand-off Decision", "Baton引き継ぎへの回答"),
     ("Accept, or give the question or the reason of a rejection in Baton Hand-off Reason",
      "受諾・質問・却下を選択(質問と却下は理由欄に内容を入力)")),
    ("Baton_Handoff_Reason__c", "Text", _text(255),
     ("Baton Hand-off Reason", "Baton引き継ぎの却下・失注理由"),
     ("Why it was rejected or lost, or what is asked", "却下・失注の理由、または質問の内容")),
)  # fmt: skip


def _chosen(name: str) -> dict[str, Any]:
    return {"choices": DECISIONS, "was_text": DECISION_WAS_TEXT} if name == DECISION else {}


def fields(settings: Settings) -> tuple[FieldOf, ...]:
    """The key of every object that is synced or logged to, and what people are shown."""
    labels = ("Baton Key", "Batonキー")
    help_ = ("Baton's own id of this record; do not change", "Batonが使うID。変更しないでください")
    keyed = (*KEYED, *settings.custom_objects.values())
    keys = [FieldOf(name, settings.key_field, "Text", labels, help_, _KEY) for name in keyed]
    shown = [
        FieldOf(person, name, type_, labels, help_, more, **_chosen(name))
        for person in PEOPLE
        for name, type_, more, labels, help_ in _SHOWN
    ]
    return (*keys, *shown)
