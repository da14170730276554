"""Faults really spoil what goes over the wire, as often as their rules say."""

from typing import Any

import httpx
import pytest


def add(tiny: httpx.Client, **rule: Any) -> None:
    tiny.post("/_sandbox/faults", json={"rules": [rule]}).raise_for_status()


def test_status_fault_fires_after_and_times(tiny: httpx.Client) -> None:
    """`after` lets requests pass first, `times` bounds how often the rule fires."""
    add(tiny, do="status", status=429, path="/a/.*", after=1, times=2, headers={"retry-after": "7"})

    answers = [tiny.get(f"/a/{n}") for n in range(4)]

    assert [a.status_code for a in answers] == [200, 429, 429, 200]
    assert answers[1].headers["retry-after"] == "7"


def test_rule_minds_method_and_path(tiny: httpx.Client) -> None:
    """A rule spares requests of another method or path."""
    add(tiny, do="status", status=503, method="POST", path="/a", body={"no": "way"})

    assert tiny.get("/a").status_code == 200
    assert tiny.post("/b", json=1).status_code == 200
    assert tiny.post("/a", json=1).json() == {"no": "way"}


def test_drop_request_cuts_before_handling(tiny: httpx.Client) -> None:
    """The client gets no byte, and the vendor did nothing."""
    add(tiny, do="drop_request", path="/a", times=1)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        tiny.post("/a", json=1)

    assert tiny.get("/a").json() == {"things": []}


def test_drop_answer_cuts_after_handling(tiny: httpx.Client) -> None:
    """The client gets no byte, but the vendor did it."""
    add(tiny, do="drop_answer", path="/a", times=1)

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        tiny.post("/a", json=1)

    assert tiny.get("/a").json() == {"things": [1]}


def test_truncated_answer_is_half(tiny: httpx.Client) -> None:
    """`truncate` gives back the first half of the body with status and framing intact."""
    whole = tiny.get("/a").content
    add(tiny, do="truncate", path="/a")

    answer = tiny.get("/a")

    assert (answer.status_code, answer.content) == (200, whole[: len(whole) // 2])


def test_slow_answer_is_whole(tiny: httpx.Client) -> None:
    """A dripped answer loses nothing."""
    whole = tiny.get("/a").content
    add(tiny, do="slow", path="/a", ms=1)

    assert tiny.get("/a").content == whole


def test_html_instead_of_json(tiny: httpx.Client) -> None:
    """`html` answers 200 with a page, as a proxy in between does."""
    add(tiny, do="html")

    answer = tiny.get("/a")

    assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


def test_latency_lets_other_faults_apply(tiny: httpx.Client) -> None:
    """After a latency the next matching rule still has its turn."""
    add(tiny, do="latency", ms=1)
    add(tiny, do="status", status=500)

    assert tiny.get("/a").status_code == 500


def test_vendor_fault_reaches_the_handler(tiny: httpx.Client) -> None:
    """A `do` of the vendor's own is played by its handler."""
    add(tiny, do="row_lock", path="/a")

    assert tiny.get("/a").json() == {"fault": "row_lock"}


def test_share_spoils_a_repeatable_part(tiny: httpx.Client) -> None:
    """`share` spoils some and not others, the same ones after a reset."""

    def statuses() -> list[int]:
        tiny.delete("/_sandbox/faults")
        add(tiny, do="status", status=500, share=0.5)
        return [tiny.get("/a").status_code for _ in range(20)]

    first = statuses()

    assert set(first) == {200, 500}
    assert statuses() == first


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({"do": "explode"}, "explode"),
        ({"do": "status", "path": "("}, "regular expression"),
        ({"do": "status", "speed": 1}, "speed"),
    ],
)
def test_wrong_rule_is_refused(tiny: httpx.Client, rule: dict[str, Any], word: str) -> None:
    """A rule that can't work is a 400 that names what is wrong, and changes nothing."""
    answer = tiny.post("/_sandbox/faults", json={"rules": [rule]})

    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert tiny.get("/_sandbox/faults").json() == {"rules": []}


def test_hits_are_counted(tiny: httpx.Client) -> None:
    """The listing tells how many requests a rule saw and spoiled."""
    add(tiny, do="status", status=500, after=2)
    for _ in range(3):
        tiny.get("/a")

    (rule,) = tiny.get("/_sandbox/faults").json()["rules"]

    assert (rule["seen"], rule["hits"]) == (3, 1)
