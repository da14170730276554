"""What a campaign document says, worked out: the words of each side, who counts, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.campaign_document import CampaignDocument
from app.domain.merge import Role, Rule
from connectors.campaigns import Campaign, Group, Status

LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one side speaks. `says`: status -> its word, of those that it can be told; `means` the
    other way round, in small letters; `gone` is told in place of a removal, where there is none.
    """

    says: Mapping[str, str]
    means: Mapping[str, str]
    gone: str | None = None

    def status(self, word: str) -> str | None:
        """The status that a word means; None for a word of somebody else's."""
        return self.means.get(word.casefold())


@dataclass(frozen=True, slots=True)
class Terms:
    """A campaign document, worked out once: `name` is its name, `version` its number."""

    name: str
    version: int
    document: CampaignDocument
    tongues: Mapping[Role, Tongue]
    rule: Rule

    @classmethod
    def of(cls, name: str, version: int, document: CampaignDocument) -> "Terms":
        tongues = {"ma": _tongue(document.source.group), "sfa": _sfa_tongue(document)}
        writer: Mapping[str, Role] = {"ma_to_sfa": "ma", "sfa_to_ma": "sfa"}
        reached = document.source.campaign is not None  # a report has no statuses to insist on
        rule = Rule(
            policy=document.policy,
            writer=None if reached else writer.get(document.direction),
            blank_clears=document.removal == "remove",
        )
        return cls(name, version, document, tongues, rule)  # type: ignore[arg-type]  # the roles

    @property
    def title(self) -> str:
        new = self.document.target.create
        return self.document.title or (new.name if new else None) or self.name

    @property
    def names(self) -> frozenset[str]:
        """What activities call it, in small letters."""
        words = (*self.document.utm, *filter(None, [self.document.title]))
        return frozenset(word.lower() for word in words)

    @property
    def connections(self) -> tuple[str, str]:
        return self.document.ma, self.document.sfa

    def connection(self, role: Role) -> str:
        return self.document.ma if role == "ma" else self.document.sfa

    def role(self, connection: str) -> Role:
        return "ma" if connection == self.document.ma else "sfa"

    def told(self, role: Role) -> bool:
        """Whether changes go to this side."""
        return self.document.direction in {"both", "sfa_to_ma" if role == "ma" else "ma_to_sfa"}

    def wanted(self, campaign_id: str | None) -> Campaign:
        """The SFA's campaign as it shall be; `campaign_id` where it is there already."""
        new = self.document.target.create
        return Campaign(
            key=f"campaign-{self.name}"[:LONGEST_KEY],
            id=campaign_id or self.document.target.campaign,
            name=(new.name if new else None) or self.title,
            statuses=tuple(
                Status(one.label, one.responded) for one in self.document.statuses.values()
            ),
            type=new.type if new else "",
            starts_on=new.starts_on if new else None,
            ends_on=new.ends_on if new else None,
            active=new.active if new else True,
        )


def _tongue(group: Group) -> Tongue:
    """How lists, events and reports of campaigns speak: `connectors.campaigns`."""
    if group.kind in {"list", "campaign"}:
        every = ("member", "registered", "attended", "no_show", "cancelled")
        return Tongue(dict.fromkeys(every, "member"), {"member": "member"})
    told = ("registered", "attended", "cancelled")
    says = {**{one: one for one in told}, "member": "registered"}
    return Tongue(says, {one: one for one in (*told, "no_show")}, gone="cancelled")


def _sfa_tongue(document: CampaignDocument) -> Tongue:
    says: dict[str, str] = {status: one.label for status, one in document.statuses.items()}
    return Tongue(says, {label.casefold(): status for status, label in says.items()})
