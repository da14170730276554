"""Each vendor's page says what there is, what differs and what nobody confirmed, and it is so."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from pydantic import BaseModel

from connectors.hubspot.sandbox.config import Config as HubSpotConfig
from connectors.hubspot.sandbox.workflow_config import Workflow
from connectors.salesforce.sandbox.config import Config as SalesforceConfig

CONNECTORS = Path(__file__).parents[3] / "connectors"


class Page(NamedTuple):
    """`models` hold the settings that the page may name."""

    vendor: str
    models: tuple[type[BaseModel], ...]

    def text(self) -> str:
        return (CONNECTORS / self.vendor / "sandbox/README.md").read_text(encoding="utf-8")

    def settings_named(self) -> list[str]:
        """What the last column of "Not confirmed" names."""
        section = self.text().split("\n## Not confirmed\n")[1].split("\n## ")[0]
        last_cells = re.findall(r"([^|]*)\|$", section, re.MULTILINE)
        settings = [cell for cell in last_cells if not cell.strip().startswith("none")]
        return [name for cell in settings for name in re.findall(r"`(\w+)`", cell)]


PAGES = [Page("hubspot", (HubSpotConfig, Workflow)), Page("salesforce", (SalesforceConfig,))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.vendor)
def test_page_has_its_three_parts(page: Page) -> None:
    """Supported, deliberate differences, not confirmed."""
    headings = re.findall(r"^## (.+)$", page.text(), re.MULTILINE)

    assert {"Supported", "Deliberate differences", "Not confirmed"} <= set(headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.vendor)
def test_settings_of_what_is_not_confirmed_exist(page: Page) -> None:
    """A row that names a setting names one that the sandbox takes."""
    known = {name for model in page.models for name in model.model_fields}
    named = page.settings_named()

    assert len(named) > 10
    assert [name for name in named if name not in known] == []
