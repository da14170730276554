"""The campaign document: what it must say, and the one that the manual shows."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.domain.campaign_document import CampaignDocument
from app.domain.campaign_terms import Terms
from connectors.campaigns import Group
from mappings.source import load

MANUAL = Path(__file__).parents[2] / "docs" / "campaigns.md"
LEAST: dict[str, Any] = {
    "ma": "hubspot",
    "sfa": "salesforce",
    "source": {"list": {"id": "17"}},
    "target": {"create": True},
}


def parsed(**said: Any) -> CampaignDocument:
    return CampaignDocument.model_validate({**LEAST, **said})


def test_the_document_of_the_manual_is_right() -> None:
    """It can be copied as it is."""
    [text] = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)

    document = CampaignDocument.model_validate(load(text))

    assert document.source.group == Group("marketing_event", "4711")
    assert document.statuses["attended"].responded is True
    assert document.attribution == "first_touch"


def test_a_new_campaign_is_called_as_the_document_says() -> None:
    """By its own name, else the title, else the document's name."""
    named = {"create": {"name": "Fair"}}
    for said, name in (({"target": named}, "Fair"), ({"title": "T"}, "T"), ({}, "spring")):
        assert Terms.of("spring", 1, parsed(**said)).wanted(None).name == name


def test_an_event_of_another_application_is_known_by_two_ids() -> None:
    """Its own, and whose account it is of."""
    source = {"marketing_event": {"external_id": "webinar-7", "account_id": "zoom"}}

    assert parsed(source=source).source.group == Group("marketing_event", "webinar-7", "zoom")


def test_whom_a_campaign_reached_is_named_with_it() -> None:
    """Its costs are those of the source, unless another campaign is named for them."""
    source = {"campaign": {"id": "c-1", "people": "first_touch"}}
    document = parsed(source=source, direction="ma_to_sfa")

    assert document.source.group == Group("campaign", "c-1", which="first_touch")
    assert document.costs_of == "c-1"
    assert parsed(source=source, direction="ma_to_sfa", ma_campaign="c-2").costs_of == "c-2"
    assert parsed().costs_of is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"source": {}}, "either marketing_event or list or campaign"),
        ({"source": {"marketing_event": {"external_id": "7"}}}, "give id, or both external_id"),
        ({"source": {"campaign": {"id": "c"}}}, "can only be read; set ma_to_sfa"),
        ({"target": {}}, "either campaign"),
        ({"statuses": {}}, "name at least one"),
        ({"statuses": {"attended": {"label": "In"}}}, "the source shows these, too: member"),
        (
            {"statuses": {"member": {"label": "In"}, "attended": {"label": "in"}}},
            "a label stands for one status; twice: in",
        ),
        (
            {"statuses": {"member": {"label": "In"}}, "removal": {"status": "cancelled"}},
            "not among the statuses",
        ),
    ],
)
def test_what_can_not_be_meant_is_refused(said: dict[str, Any], told: str) -> None:
    """With words that say how it is meant."""
    with pytest.raises(ValidationError, match=re.escape(told)):
        parsed(**said)
