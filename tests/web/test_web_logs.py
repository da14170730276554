"""What is logged: enough to find a request again, nothing secret or personal, no forged lines."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from connectors.base import Activity, Ref
from tests.web.conftest import SECRET, Site, signed

PERSONAL = Activity("a1", Ref("person", "17"), "page_view", datetime.now(UTC), "canary title")
CASES: dict[str, Callable[[Site], Any]] = {
    "a webhook": lambda site: site.post(signed(PERSONAL)),
    "a forged webhook": lambda site: site.post(signed(PERSONAL, secret="canary-secret")),
    "a search": lambda site: site.call("GET", "/api/v1/people?q=canary@example.com"),
    "a wrong key": lambda site: site.call(
        "GET", "/api/v1/people", None, headers={"Authorization": "Bearer baton_canary_canary"}
    ),
    "a new secret": lambda site: site.call(
        "PUT",
        "/api/v1/connections/ma",
        json={"vendor": "memory", "role": "ma", "secrets": {"webhook_secret": "canary"}},
    ),
    "a wrong secret": lambda site: site.call(
        "PUT",
        "/api/v1/connections/ma",
        json={"vendor": "memory", "role": "ma", "secrets": {"canary": "canary"}},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_secret_or_personal_is_logged(site: Site, case: str) -> None:
    """Neither values nor keys, whether the request was right or wrong."""
    with capture_logs() as lines:
        CASES[case](site)

    assert lines
    assert "canary" not in repr(lines)
    assert SECRET not in repr(lines)


def test_a_request_can_not_forge_a_line(site: Site) -> None:
    """Line ends and colours in an address are logged encoded."""
    with capture_logs() as lines:
        site.call("GET", "/api/v1/a%0d%0ab%1b[31m")

    [line] = [one for one in lines if one["event"] == "request"]
    assert line["path"] == "/api/v1/a%0d%0ab%1b[31m"
    assert line["status"] == 404
