"""Forms, submitting them without signing in, and what contacts make of it."""

from typing import Any

import httpx
import pytest
from hubspot.marketing.forms import HubSpotFormDefinitionPatchRequest

FORMS = "/marketing/v3/forms"


def field(name: str, kind: str = "single_line_text", **more: Any) -> dict[str, Any]:
    return {
        "objectTypeId": "0-1", "name": name, "label": name.title(), "fieldType": kind,
        "required": False, "hidden": False, "dependentFields": [], **more,
    }  # fmt: skip


FIELDS = [
    field("email", "email", required=True,
          validation={"blockedEmailDomains": ["spam.com"], "useDefaultBlockList": False}),
    field("firstname"),
    field("hs_lead_status", "dropdown", options=[{"label": "New", "value": "NEW"}]),
]  # fmt: skip
DEMO = {
    "formType": "hubspot", "name": "Demo request",
    "fieldGroups": [{"groupType": "default_group", "richTextType": "text", "fields": FIELDS}],
    "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z", "archived": False,
}  # fmt: skip


@pytest.fixture
def form(account: Any) -> str:
    made: str = account.ok("POST", FORMS, DEMO)["id"]
    return made


def submit(account: Any, form: str, portal: str = "48000001", **values: str) -> httpx.Response:
    """As a browser does: no Authorization header."""
    fields = [{"objectTypeId": "0-1", "name": k, "value": v} for k, v in values.items()]
    body = {"fields": fields, "context": {"pageUri": "https://x.com/demo", "pageName": "Demo"}}
    path = f"/submissions/v3/integration/submit/{portal}/{form}"
    answer: httpx.Response = httpx.post(account.http.base_url.join(path), json=body)
    return answer


def contact(account: Any, email: str, names: str) -> Any:
    path = f"/crm/v3/objects/contacts/{email}"
    return account.ok("GET", path, idProperty="email", properties=names)["properties"]


def test_a_submission_makes_a_contact(account: Any, form: str) -> None:
    """And an event, and the counters; the second one changes the contact."""
    first = submit(account, form, email="ada@x.com", firstname="Ada")
    second = submit(account, form, email="ADA@x.com", firstname="Ada L.", hs_lead_status="NEW")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == {"inlineMessage": "Thanks for submitting the form."}
    names = "firstname,hs_lead_status,num_conversion_events,recent_conversion_event_name"
    shown = contact(account, "ada@x.com", names)
    assert (shown["firstname"], shown["hs_lead_status"]) == ("Ada L.", "NEW")
    assert shown["num_conversion_events"] == "2"
    assert shown["recent_conversion_event_name"] == "Demo request"
    events = account.ok("GET", "/events/v3/events", objectType="CONTACT")["results"]
    assert [e["eventType"] for e in events] == ["e_submitted_form"] * 2


def test_submissions_are_read_newest_first(account: Any, form: str) -> None:
    """With values, page and time; twenty by default, fifty at most."""
    for name in "abc":
        submit(account, form, email=f"{name}@x.com")
    path = f"/form-integrations/v1/submissions/forms/{form}"

    first = account.ok("GET", path, limit=2)
    rest = account.ok("GET", path, limit=2, after=first["paging"]["next"]["after"])

    emails = [row["values"][0]["value"] for row in [*first["results"], *rest["results"]]]
    assert sorted(emails) == ["a@x.com", "b@x.com", "c@x.com"]
    assert first["results"][0]["pageUrl"] == "https://x.com/demo"
    assert account.ask("GET", path, limit=501).status_code == 400
    assert account.ask("GET", f"{path}x").status_code == 404


@pytest.mark.parametrize(
    ("values", "code", "message"),
    [
        ({"firstname": "A"}, "REQUIRED_FIELD",
         "Error in 'fields.email'. Required field 'email' is missing"),
        ({"email": "nonsense"}, "INVALID_EMAIL", "Error in 'fields.email'. Invalid email address"),
        ({"email": "a@spam.com"}, "BLOCKED_EMAIL", None),
        ({"email": "a@x.com", "phone": "1"}, "FIELD_NOT_IN_FORM_DEFINITION", None),
        ({"email": "a@x.com", "hs_lead_status": "?"}, "VALUE_NOT_IN_FIELD_DEFINITION", None),
    ],
)  # fmt: skip
def test_refusals(
    account: Any, form: str, values: dict[str, str], code: str, message: str | None
) -> None:
    """With the recorded body; nothing is kept."""
    answer = submit(account, form, **values)

    body = answer.json()
    assert (answer.status_code, body["message"]) == (400, "The request is not valid")
    assert body["errors"][0]["errorType"] == code
    assert message in {None, body["errors"][0]["message"]}
    assert account.ok("GET", "/crm/v3/objects/contacts")["results"] == []


def test_unknown_forms_and_other_accounts(account: Any, form: str) -> None:
    """Both are 404; a secure submission asks for a token."""
    path = f"/submissions/v3/integration/secure/submit/48000001/{form}"
    secure = account.http.base_url.join(path)

    assert submit(account, "no-such-form", email="a@x.com").status_code == 404
    assert submit(account, form, portal="1", email="a@x.com").status_code == 404
    assert httpx.post(secure, json={"fields": []}).status_code == 401


def test_validation_can_be_skipped_and_times_given(account: Any, form: str) -> None:
    """With a token and `skipValidation`, as an import of old submissions does."""
    body = {
        "fields": [{"name": "email", "value": "a@x.com"}, {"name": "phone", "value": "1"}],
        "submittedAt": "1700000000000", "skipValidation": True,
    }  # fmt: skip
    account.ok("POST", f"/submissions/v3/integration/secure/submit/48000001/{form}", body)

    path = f"/form-integrations/v1/submissions/forms/{form}"
    assert account.ok("GET", path)["results"][0]["submittedAt"] == 1_700_000_000_000
    assert contact(account, "a@x.com", "phone")["phone"] == "1"


def test_consent_and_redirect(account: Any, form: str) -> None:
    """A form that asks for consent gets it or refuses; another sends the visitor on."""
    path = f"{FORMS}/{form}"
    account.ok("PATCH", path, {"legalConsentOptions": {"type": "explicit_consent_to_process"}})
    without = submit(account, form, email="a@x.com").json()
    action = {"postSubmitAction": {"type": "redirect_url", "value": "https://x.com/thanks"}}
    account.ok("PATCH", path, {"legalConsentOptions": {"type": "none"}, "configuration": action})

    assert without["errors"][0]["errorType"] == "MISSING_PROCESSING_CONSENT"
    sent = submit(account, form, email="a@x.com").json()
    assert sent == {"redirectUri": "https://x.com/thanks"}


def test_definition_is_changed_replaced_and_archived(account: Any, form: str) -> None:
    """PATCH keeps the rest, PUT does not; archived forms are listed apart."""
    path = f"{FORMS}/{form}"
    account.ok("PATCH", path, {"name": "Trial"})
    group = {"groupType": "default_group", "fields": [field("email", "email")]}
    account.ok("PUT", path, {"name": "Trial 2", "fieldGroups": [group]})

    shown = account.ok("GET", path)

    assert (shown["name"], len(shown["fieldGroups"][0]["fields"])) == ("Trial 2", 1)
    assert account.ask("DELETE", path).status_code == 204
    assert account.ask("GET", path).status_code == 404
    assert account.ok("GET", FORMS)["results"] == []
    assert account.ok("GET", FORMS, archived="true")["results"][0]["id"] == form


def test_nonsense_is_no_form(account: Any) -> None:
    """Unknown properties, kinds of fields and types are refused."""
    for wrong in (field("no_such"), field("firstname", "hologram")):
        body = {**DEMO, "fieldGroups": [{"fields": [wrong]}]}
        assert account.ask("POST", FORMS, body).status_code == 400
    assert account.ask("POST", FORMS, {**DEMO, "formType": "paper"}).status_code == 400


def test_form_submissions_filter_lists(account: Any, form: str) -> None:
    """Who filled it in is on the list."""
    account.make(email="b@x.com")
    submit(account, form, email="a@x.com")
    asked = {"filterType": "FORM_SUBMISSION", "formId": form, "operator": "FILLED_OUT"}
    inner = {"filterBranchType": "AND", "filterBranches": [], "filters": [asked]}
    branch = {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}
    body = {
        "name": "L", "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": branch,
    }  # fmt: skip

    assert account.ok("POST", "/crm/v3/lists", body)["list"]["size"] == 1


def test_official_sdk(account: Any, form: str) -> None:
    """The SDK reads and changes the form."""
    api = account.sdk.marketing.forms.forms_api
    changed = api.update(form, HubSpotFormDefinitionPatchRequest(name="SDK"))

    assert changed.name == "SDK"
    assert [one.id for one in api.get_page().results] == [form]


def test_parts_of_a_style_are_completed(account: Any) -> None:
    """What is given stays; HubSpot puts in the rest."""
    field = {"objectTypeId": "0-1", "name": "email", "label": "E", "fieldType": "email"}
    body = {
        "name": "F", "fieldGroups": [{"fields": [field]}],
        "displayOptions": {"style": {"submitColor": "#000000"}},
    }  # fmt: skip
    shown = account.ok("POST", "/marketing/v3/forms", body)["displayOptions"]

    assert (shown["submitButtonText"], shown["theme"]) == ("Submit", "default_style")
    assert (shown["style"]["submitColor"], shown["style"]["submitSize"]) == ("#000000", "12px")
