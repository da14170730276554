"""The changeOrigin of a change event: which API and which client made the change.

Source: Change Data Capture guide: `com/salesforce/api/<api>/<version>;client=<id>`, filled for API
and Lightning changes only. The client names itself with `Sforce-Call-Options: client=…`; that this
holds for REST too is not confirmed, hence a setting.
"""

import re
from collections.abc import Mapping

from connectors.salesforce.sandbox.config import Config


def rest_origin(version: str, headers: Mapping[str, str], config: Config) -> str:
    """The origin of a REST call; `headers` by lower-case name."""
    origin = f"com/salesforce/api/rest/{version}"
    if not config.cdc_client_from_call_options:
        return origin
    client = re.search(r"\bclient\s*=\s*([^,;]+)", headers.get("sforce-call-options", ""))
    return f"{origin};client={client.group(1).strip()}" if client else origin
