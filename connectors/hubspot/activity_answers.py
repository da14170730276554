"""HubSpot's answers about activities, as far as Baton reads them."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field

from connectors.hubspot.answers import Answer, Fault, List, Paging


def _id_of(value: Any) -> Any:
    """`{"id": …}` as the id."""
    return value.get("id") if isinstance(value, dict) else value


def _or_nothing(value: Any) -> Any:
    return {} if value is None else value


class Paged(Answer):
    """A page of a list."""

    paging: Paging | None = None

    @property
    def after(self) -> str | None:
        return self.paging.next.after if self.paging and self.paging.next else None


class End(Answer):
    to_id: str = Field(alias="toObjectId")


class Ended(Answer):
    """What one record is associated with."""

    from_id: Annotated[str, BeforeValidator(_id_of)] = Field(alias="from")
    to: List[End] = Field(default_factory=list)


class Ends(Answer):
    """The answer to reading associations; `errors` also for those that have none."""

    results: List[Ended] = Field(default_factory=list)
    errors: List[Fault] = Field(default_factory=list)


class Form(Answer):
    id: str
    name: str = ""


class FormPage(Paged):
    results: List[Form] = Field(default_factory=list)


class Given(Answer):
    """One answer in a form."""

    name: str
    value: str = ""


class Submission(Answer):
    """`submittedAt` is epoch milliseconds."""

    id: str | None = Field(default=None, alias="conversionId")
    at_ms: int = Field(alias="submittedAt")
    values: List[Given] = Field(default_factory=list)
    url: str | None = Field(default=None, alias="pageUrl")


class SubmissionPage(Paged):
    """The newest first."""

    results: List[Submission] = Field(default_factory=list)


class MarketingEvent(Answer):
    """A webinar or a fair, with how many took part."""

    id: str = Field(alias="objectId")
    name: str = Field(default="", alias="eventName")
    kind: str | None = Field(default=None, alias="eventType")
    url: str | None = Field(default=None, alias="eventUrl")
    starts_at: AwareDatetime | None = Field(default=None, alias="startDateTime")
    ends_at: AwareDatetime | None = Field(default=None, alias="endDateTime")
    registrants: int | None = None
    attendees: int | None = None
    cancellations: int | None = None
    no_shows: int | None = Field(default=None, alias="noShows")

    @property
    def counts(self) -> str:
        """Differs as soon as anybody's state has."""
        numbers = (self.registrants, self.attendees, self.cancellations, self.no_shows)
        return "/".join(str(one or 0) for one in numbers)


class MarketingEventPage(Paged):
    results: List[MarketingEvent] = Field(default_factory=list)


class Attendance(Answer):
    """How somebody took part. `occurredAt` is epoch milliseconds."""

    at_ms: int = Field(alias="occurredAt")
    state: str = Field(default="", alias="attendanceState")
    duration_s: int | None = Field(default=None, alias="attendanceDurationSeconds")


class Attendee(Answer):
    id: str | None = Field(default=None, alias="contactId")
    email: str = ""


class Attended(Answer):
    contact: Attendee


class Participation(Answer):
    id: str
    properties: Attendance
    associations: Attended


class ParticipationPage(Paged):
    results: List[Participation] = Field(default_factory=list)


class Membership(Answer):
    """Since when a record is on a list."""

    id: str = Field(alias="recordId")
    at: AwareDatetime = Field(alias="membershipTimestamp")


class MembershipPage(Paged):
    """In the order in which they joined."""

    results: List[Membership] = Field(default_factory=list)


class ContactList(Answer):
    id: str = Field(alias="listId")
    name: str = ""
    object_type: str = Field(default="", alias="objectTypeId")


class ListAnswer(Answer):
    list: ContactList


class StageData(Answer):
    """HubSpot tells both as text."""

    closed: str = Field(default="", alias="isClosed")
    probability: str = ""


class Stage(Answer):
    id: str
    label: str = ""
    archived: bool = False
    metadata: Annotated[StageData, BeforeValidator(_or_nothing)] = Field(default_factory=StageData)


class Pipeline(Answer):
    id: str = ""
    archived: bool = False
    stages: List[Stage] = Field(default_factory=list)


class Pipelines(Answer):
    results: List[Pipeline] = Field(default_factory=list)
