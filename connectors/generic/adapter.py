"""The connector to a tool that sends webhooks: it tells of activities and holds no records."""

from collections.abc import Sequence
from datetime import datetime

from connectors import activity_reading
from connectors.base import Activity, Inbound
from connectors.generic import signatures
from connectors.generic.settings import Secrets, Settings
from connectors.vendor import Opening


class Generic:
    """Baton's view of one such tool. It makes no request, ever."""

    read_batch = 1
    write_batch = 1

    def __init__(self, opening: Opening) -> None:
        self.settings = Settings.model_validate(dict(opening.settings))
        self._keys = Secrets.model_validate(dict(opening.secrets)).keys

    def parse(self, inbound: Inbound, now: datetime) -> Sequence[Activity]:
        sent_at = signatures.verify(inbound, self._keys, now)
        return activity_reading.activities(inbound.body, sent_at, self.settings.default_region)
