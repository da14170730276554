"""The fields that the package creates, and by what its components are known as Baton's.

Labels are English and Japanese. Source: Metadata API developer guide, "CustomField".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

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
    """A custom field. `type` is the Metadata API's, `more` its further elements."""

    object: str
    name: str
    type: str
    labels: tuple[str, str]  # English, Japanese
    help: tuple[str, str]
    more: Mapping[str, str] = field(default_factory=dict)

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
             "DateTime": "datetime"}  # fmt: skip
_KEY = {"length": "64", "externalId": "true", "unique": "true", "caseSensitive": "true"}
_LONG = {"length": "1000", "visibleLines": "5"}


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
)  # fmt: skip


def fields(settings: Settings) -> tuple[FieldOf, ...]:
    """The key of every object that is synced or logged to, and what people are shown."""
    labels = ("Baton Key", "Batonキー")
    help_ = ("Baton's own id of this record; do not change", "Batonが使うID。変更しないでください")
    keyed = (*KEYED, *settings.custom_objects.values())
    keys = [FieldOf(name, settings.key_field, "Text", labels, help_, _KEY) for name in keyed]
    shown = [
        FieldOf(person, name, type_, labels, help_, more)
        for person in PEOPLE
        for name, type_, more, labels, help_ in _SHOWN
    ]
    return (*keys, *shown)
