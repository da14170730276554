"""Signing in, scopes, limits and their headers."""

from typing import Any

import httpx

CONTACTS = "/crm/v3/objects/contacts"
GRANT = {"client_id": "any", "client_secret": "any"}


def token(account: Any, path: str = "/oauth/v1/token", **given: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": "any", **GRANT, **given}
    answer: httpx.Response = account.http.post(path, data=form)
    return answer


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


def test_missing_and_unknown_tokens_are_refused(account: Any) -> None:
    """401 with HubSpot's words."""
    none = httpx.get(f"{account.http.base_url}{CONTACTS}"[: -len(CONTACTS)].rstrip("/") + CONTACTS)
    unknown = account.http.get(CONTACTS, headers=bearer("nonsense"))

    assert (none.status_code, unknown.status_code) == (401, 401)
    assert none.json()["category"] == "INVALID_AUTHENTICATION"
    assert none.json()["message"].startswith("Authentication credentials not found.")


def test_v1_and_v3_tokens_differ_in_what_they_tell(account: Any) -> None:
    """Both work; v3 adds the account, the scopes and the user."""
    old, new = token(account).json(), token(account, "/oauth/v3/token").json()

    assert set(old) == {"token_type", "access_token", "refresh_token", "expires_in"}
    assert (old["token_type"], old["expires_in"]) == ("bearer", 1800)
    assert (new["hub_id"], new["token_use"]) == (48000001, "access_token")
    for grant in (old, new):
        made = account.http.get(CONTACTS, headers=bearer(grant["access_token"]))
        assert made.status_code == 200


def test_token_expires(timed: Any) -> None:
    """After its life a token is refused with the time it expired at; a refresh helps."""
    account, clock = timed.account, timed.clock
    access = token(account).json()["access_token"]
    clock.now += 1803

    answer = account.http.get(CONTACTS, headers=bearer(access))

    assert (answer.status_code, answer.json()["category"]) == (401, "EXPIRED_AUTHENTICATION")
    assert answer.json()["message"] == (
        "The OAuth token used to make this call expired 3 second(s) ago."
    )
    assert list(answer.json()["context"]) == ["expire time"]
    fresh = token(account).json()["access_token"]
    assert account.http.get(CONTACTS, headers=bearer(fresh)).status_code == 200


def test_token_can_be_expired_by_a_fault(account: Any) -> None:
    """`expire_token` ends the token of the request it hits."""
    access = token(account).json()["access_token"]
    rule = {"do": "expire_token", "times": 1, "path": "/crm/.*"}
    account.ok("POST", "/_sandbox/faults", {"rules": [rule]})

    statuses = [account.http.get(CONTACTS, headers=bearer(access)).status_code for _ in range(2)]

    assert statuses == [401, 401]


def test_authorization_code_flow(account: Any) -> None:
    """The consent page sends a code back; it is good once."""
    account.configure(strict_oauth=True)
    client = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
    where = {"redirect_uri": "http://app.test/back"}
    sent = account.http.get(
        "/oauth/authorize", params={**client, **where, "state": "s", "scope": "oauth"}
    )
    back = httpx.URL(sent.headers["location"])
    given = {"grant_type": "authorization_code", "code": back.params["code"], **where, **client}

    first, second = (token(account, "/oauth/v3/token", **given) for _ in range(2))

    assert (back.host, back.params["state"]) == ("app.test", "s")
    assert first.json()["scopes"] == ["oauth"]
    assert second.json()["status"] == "BAD_AUTH_CODE"


def test_strict_oauth_refuses_strangers(account: Any) -> None:
    """Unknown clients and refresh tokens are refused when strictness is on."""
    account.configure(strict_oauth=True)
    client = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}

    stranger = token(account)
    unknown = token(account, **client)

    assert stranger.json()["status"] == "BAD_CLIENT_ID"
    assert unknown.status_code == 400
    assert unknown.json()["error"] == "invalid_grant"
    assert unknown.json()["status"] == "BAD_REFRESH_TOKEN"


def test_revoked_refresh_token_is_dead_its_access_tokens_live(account: Any) -> None:
    """Revoking ends refreshing, not the access tokens already given out."""
    given = token(account).json()
    account.http.post("/oauth/v3/token/revoke", data={"token": given["refresh_token"], **GRANT})

    again = token(account, refresh_token=given["refresh_token"])

    assert again.json()["status"] == "BAD_REFRESH_TOKEN"
    live = account.http.get(CONTACTS, headers=bearer(given["access_token"]))
    assert live.status_code == 200


def test_tokens_tell_about_themselves(account: Any) -> None:
    """Introspection and the v1 metadata endpoints."""
    given = token(account).json()
    form = {"token": given["access_token"], **GRANT}

    seen = account.http.post("/oauth/v3/token/introspect", data=form).json()
    old = account.ok("GET", f"/oauth/v1/access-tokens/{given['access_token']}")
    private = account.ok("GET", "/oauth/v1/access-tokens/sandbox-token")
    lost = account.http.post("/oauth/v3/token/introspect", data={**form, "token": "x"}).json()

    assert (seen["active"], lost) == (True, {"active": False})
    assert (old["hub_id"], old["token_type"]) == (48000001, "access")
    assert private["app_id"] == 1234567


def test_scopes_are_checked_when_switched_on(account: Any) -> None:
    """A token without the scope gets 403 naming it."""
    account.configure(check_scopes=True)
    grant = token(account, grant_type="client_credentials", scope="crm.objects.contacts.read")
    headers = bearer(grant.json()["access_token"])

    read = account.http.get(CONTACTS, headers=headers)
    write = account.http.post(CONTACTS, headers=headers, json={"properties": {}})

    assert (read.status_code, write.status_code) == (200, 403)
    assert write.json()["category"] == "MISSING_SCOPES"
    context = {"requiredGranularScopes": ["crm.objects.contacts.write"]}
    assert write.json()["errors"][0]["context"] == context


def test_ten_second_limit(timed: Any) -> None:
    """The call beyond the limit is a 429 without Retry-After; ten seconds later all is well."""
    account, clock = timed.account, timed.clock
    account.configure(private_app_ten_secondly=3)

    answers = [account.ask("GET", CONTACTS) for _ in range(4)]

    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[0].headers["X-HubSpot-RateLimit-Max"] == "3"
    assert answers[0].headers["X-HubSpot-RateLimit-Remaining"] == "2"
    assert answers[0].headers["X-HubSpot-RateLimit-Daily-Remaining"] == "624999"
    body = answers[3].json()
    assert body["message"] == "You have reached your ten_secondly_rolling limit."
    assert (body["errorType"], body["policyName"]) == ("RATE_LIMIT", "TEN_SECONDLY_ROLLING")
    assert "retry-after" not in answers[3].headers
    clock.now += 10
    assert account.ask("GET", CONTACTS).status_code == 200


def test_search_has_a_limit_of_its_own(timed: Any) -> None:
    """Five a second for the account, in either wording, without ten-second headers."""
    account, clock = timed.account, timed.clock

    answers = [account.ask("POST", f"{CONTACTS}/search", {}) for _ in range(6)]
    account.configure(search_429="old")
    old = account.ask("POST", f"{CONTACTS}/search", {}).json()

    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[5].json()["policyName"] == "SECONDLY"
    assert (old["category"], "policyName" in old) == ("RATE_LIMITS", False)
    assert "X-HubSpot-RateLimit-Max" not in answers[0].headers
    clock.now += 1
    assert account.ask("POST", f"{CONTACTS}/search", {}).status_code == 200


def test_oauth_apps_have_less_and_no_daily_header(timed: Any) -> None:
    """110 in ten seconds, Secondly 11, nothing daily."""
    account = timed.account
    access = token(account).json()["access_token"]

    headers = account.http.get(CONTACTS, headers=bearer(access)).headers

    assert headers["X-HubSpot-RateLimit-Max"] == "110"
    assert headers["X-HubSpot-RateLimit-Secondly"] == "11"
    assert "X-HubSpot-RateLimit-Daily" not in headers


def test_daily_limit(timed: Any) -> None:
    """Used up, it is a 429 of its own; sending events does not count."""
    account = timed.account
    account.configure(daily=1)
    account.make(email="a@x.com")
    event = {"eventName": "pe48000001_x", "email": "a@x.com"}

    assert account.ask("GET", CONTACTS).json()["policyName"] == "DAILY"
    assert account.ask("POST", "/events/v3/send", event).status_code == 204


def test_answers_say_that_they_are_utf_8(account: Any) -> None:
    """Good ones and refusals; and a wrong method is named."""
    answers = [
        account.ask("GET", "/crm/v3/objects/contacts"),
        account.ask("GET", "/crm/v3/objects/contacts/999"),
        account.ask("PUT", "/crm/v3/objects/contacts"),
    ]

    kinds = {answer.headers["content-type"] for answer in answers}
    assert kinds == {"application/json;charset=utf-8"}
    assert answers[2].json()["message"] == "HTTP 405 Method Not Allowed"
