"""Form submissions, form by form, with the answers.

HubSpot lists the newest first, so a form is read back to what was shown before. A submission tells
an address, not a contact: one that no contact has is a clue to whoever will have it.
Source: HubSpot developer docs, "Forms v1" (submissions), "Forms v3" (the list of forms).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import httpx

from connectors.base import Activity, Gone
from connectors.hubspot.activity_answers import Form, FormPage, Submission, SubmissionPage
from connectors.hubspot.behaviour.cursor import Position, Step
from connectors.hubspot.behaviour.detail import UTM, short, tags, told
from connectors.hubspot.behaviour.people import contacts_by_email, person
from connectors.hubspot.errors import server_time
from connectors.hubspot.rest import Api
from connectors.hubspot.settling import refuse_future
from connectors.hubspot.values import EPOCH, from_ms

PAGE, FORMS_PAGE = 50, 100  # the most that HubSpot gives
PATH = "/form-integrations/v1/submissions/forms"
ADDRESS = "email"


def read(api: Api, at: Position) -> Step:
    """One page of one form's submissions."""
    forms = api.catalogue.look("forms", lambda: _forms(api), fresh=at.place is None)
    if not forms:
        return Step(at.rested(None, 0.0), more=False)
    form = at.place if at.place is not None else min(forms)
    response = _submissions(api, form, at.after)
    page = SubmissionPage() if response is None else api.read(SubmissionPage, response)
    now = None if response is None else server_time(response)
    refuse_future(at.since, now)
    at = at.begun(now)
    new = [one for one in page.results if at.since is None or one.at_ms >= at.since]
    found = list(_activities(api, form, forms.get(form, ""), new))
    at = at.saw(found)
    if page.after is not None and page.results and len(new) == len(page.results):
        return Step(at.moved(place=form, after=page.after), more=True, found=found)
    rest = sorted(one for one in forms if one > form)
    if rest:
        return Step(at.moved(place=rest[0], after=None), more=True, found=found)
    return Step(at.rested(now, api.settings.event_lag_s), more=False, found=found)


def _submissions(api: Api, form: str, after: str | None) -> httpx.Response | None:
    """None for a form that is gone: what was sent with it is not told any more."""
    asked: dict[str, str | int] = {"limit": PAGE, **({"after": after} if after else {})}
    try:
        return api.fetch(f"{PATH}/{quote(form, safe='')}", asked)
    except Gone:
        return None


def _forms(api: Api) -> Mapping[str, str]:
    """Id -> name of the forms that are read."""
    if wanted := api.settings.forms:
        named = ((one, _form(api, one)) for one in wanted)
        return {one: form.name for one, form in named if form is not None}
    found: dict[str, str] = {}
    after: str | None = None
    while True:
        more = {"after": after} if after else {}
        page = api.ask(FormPage, api.forms.get_page, limit=FORMS_PAGE, form_types=["all"], **more)
        found |= {form.id: form.name for form in page.results}
        after = page.after if page.results else None
        if after is None:
            return found


def _form(api: Api, form: str) -> Form | None:
    try:
        return api.ask(Form, api.forms.get_by_id, form)
    except Gone:
        return None


def _activities(
    api: Api, form: str, name: str, submissions: Sequence[Submission]
) -> Iterator[Activity]:
    answers = [{given.name: given.value for given in one.values} for one in submissions]
    known = contacts_by_email(api, (given.get(ADDRESS, "") for given in answers))
    for one, given in zip(submissions, answers, strict=True):
        who = person(given.get(ADDRESS, ""), known)
        if who is None:
            continue
        kept = {*UTM, *api.settings.form_fields}
        yield Activity(
            id=f"form:{one.id or _identity(form, one)}",
            person=who,
            type="form_submit",
            at=from_ms(one.at_ms) or EPOCH,
            title=short(name or form),
            detail=tags(one.url or "")
            | told(**{key: value for key, value in given.items() if key in kept})
            | told(form=form, form_name=name, url=one.url),
        )


def _identity(form: str, one: Submission) -> str:
    """Of a submission that HubSpot gave no id."""
    said = [form, one.at_ms, *((given.name, given.value) for given in one.values)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]
