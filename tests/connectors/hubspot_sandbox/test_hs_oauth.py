"""Consent, codes and scopes."""

from typing import Any

import httpx
import pytest

BACK = "http://app.test/back"
CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}


def consent(account: Any, **more: str) -> httpx.QueryParams:
    asked = {"client_id": CLIENT["client_id"], "redirect_uri": BACK, **more}
    sent = account.http.get("/oauth/48000001/authorize", params=asked)
    return httpx.URL(sent.headers["location"]).params


def exchange(account: Any, **given: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, **CLIENT, **given}
    answer: httpx.Response = account.http.post("/oauth/2026-09/token", data=form)
    return answer


def test_optional_scopes_as_far_as_the_account_has_them(account: Any) -> None:
    """Required ones as asked, optional ones if there."""
    code = consent(account, scope="oauth forms", optional_scope="tickets mars.read")["code"]

    assert exchange(account, code=code).json()["scopes"] == ["oauth", "forms", "tickets"]


def test_refused_consent(account: Any) -> None:
    """The person says no: no code, but the state comes back."""
    account.configure(oauth_consent=False)

    answer = consent(account, state="s")

    assert (answer["error"], answer["state"], "code" in answer) == ("access_denied", "s", False)


def test_a_code_belongs_to_its_redirect(account: Any) -> None:
    """Sent elsewhere, used twice or without an address it is refused."""
    codes = [consent(account)["code"] for _ in range(3)]

    elsewhere = exchange(account, code=codes[0], redirect_uri="http://evil.test/")
    nowhere = exchange(account, code=codes[1], redirect_uri="")
    twice = [exchange(account, code=codes[2]) for _ in range(2)]

    assert elsewhere.json()["status"] == "MISMATCH_REDIRECT_URI_AUTH_CODE"
    assert nowhere.json()["status"] == "BAD_REDIRECT_URI"
    assert [answer.status_code for answer in twice] == [200, 400]


def test_a_code_grows_old(timed: Any) -> None:
    """After half an hour it is too late."""
    code = consent(timed.account)["code"]
    timed.clock.now += 1801

    answer = exchange(timed.account, code=code)

    assert answer.json()["status"] == "EXPIRED_AUTHORIZATION_CODE"


def test_consent_needs_an_address_and_known_scopes(account: Any) -> None:
    """Both are refused on the spot."""
    account.configure(strict_oauth=True)
    asked = {"client_id": CLIENT["client_id"]}
    nowhere = account.http.get("/oauth/authorize", params=asked)
    scopes = {**asked, "redirect_uri": BACK, "scope": "mars.read"}

    assert nowhere.json()["status"] == "BAD_REDIRECT_URI"
    assert account.http.get("/oauth/authorize", params=scopes).json()["status"] == "BAD_SCOPES"


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/crm/v3/lists", ["crm.lists.read", "crm.segments.read"]),
        ("GET", "/crm/v3/pipelines/deals/default/stages", ["crm.objects.deals.read"]),
        ("GET", "/crm/objects/2026-03/tickets", ["tickets"]),
        ("POST", "/crm/v3/schemas", ["crm.schemas.custom.write"]),
        ("GET", "/crm/v3/properties/leads", ["crm.schemas.leads.read", "crm.objects.leads.read"]),
        ("GET", "/marketing/v3/forms", ["forms"]),
        ("GET", "/marketing/v3/marketing-events/", ["crm.objects.marketing_events.read"]),
        ("GET", "/events/v3/event-definitions",
         ["behavioral_events.event_definitions.read_write"]),
        ("GET", "/crm/v3/imports/", ["crm.import"]),
        ("POST", "/crm/v3/exports/export/async", ["crm.export"]),
        ("POST", "/crm/v3/associations/deals/contacts/batch/read", ["crm.objects.deals.read"]),
    ],
)  # fmt: skip
def test_each_endpoint_names_the_scopes_that_would_do(
    account: Any, method: str, path: str, scopes: list[str]
) -> None:
    """A token without any of them gets the recorded refusal."""
    account.configure(check_scopes=True, scopes=["oauth"])

    answer = account.ask(method, path)

    body = answer.json()
    assert (answer.status_code, body["category"]) == (403, "MISSING_SCOPES")
    assert body["message"].startswith("This app hasn't been granted all required scopes")
    assert body["errors"][0]["context"] == {"requiredGranularScopes": scopes}
    assert body["links"] == {"scopes": "https://developers.hubspot.com/scopes"}


def test_any_of_the_scopes_will_do(account: Any) -> None:
    """The second one named opens the door too."""
    account.configure(check_scopes=True, scopes=["oauth", "crm.segments.read"])

    assert account.ask("GET", "/crm/v3/lists").status_code == 200


def test_proof_key_for_a_code(account: Any) -> None:
    """The verifier must be the one behind the challenge (the example of RFC 7636, appendix B)."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    asked = {
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }  # fmt: skip
    codes = [consent(account, **asked)["code"] for _ in range(3)]

    right = exchange(account, code=codes[0], code_verifier=verifier)
    wrong = exchange(account, code=codes[1], code_verifier="x" * 43)
    without = exchange(account, code=codes[2])

    assert (right.status_code, wrong.status_code, without.status_code) == (200, 400, 400)
    assert wrong.json()["error"] == "invalid_grant"
