"""HubSpot's SDK on Baton's wire.

The SDK makes the requests (paths, query, body); its REST client is replaced by one that calls
`Wire.send`. Answers are read by our own models: the SDK would build new ones for each version,
and its parsing fails on an answer that is not what it expects.
The SDK is imported on first use: its import takes a fifth of a second.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partialmethod
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from connectors.base import Gone
from connectors.hubspot.answers import Batch, Item
from connectors.hubspot.catalogue import Catalogue
from connectors.hubspot.errors import part_error, unreadable
from connectors.hubspot.own_writes import Joined, OwnWrites
from connectors.hubspot.settings import Settings
from connectors.wire import Wire

M = TypeVar("M", bound=BaseModel)
JSON = {"Content-Type": "application/json"}
READING = ("/batch/read", "/search")  # POSTs that change nothing, so repeating them is harmless


class Rest:
    """The part of the SDK's RESTClientObject that its ApiClient calls."""

    def __init__(self, wire: Wire, base_url: str, moved_paths: Mapping[str, str]) -> None:
        self._wire = wire
        self._base_url = base_url
        self._moved = sorted(moved_paths.items(), key=lambda pair: -len(pair[0]))

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        query_params: Sequence[tuple[str, Any]] | None = None,
        body: Any = None,
        **_: Any,
    ) -> httpx.Response:
        """Make one request of the SDK. Raises: whatever `Wire.send` does."""
        path = url.removeprefix(self._base_url)
        return self._wire.send(
            method,
            self._base_url + self._now(path),
            limit=limit_class(path),
            reads=_reads(method, path),
            headers=headers,
            params=_text(query_params),
            content=None if body is None else json.dumps(body),
        )

    def _now(self, path: str) -> str:
        """Where a path lives now: the longest moved prefix is replaced."""
        for old, new in self._moved:
            if path == old or path.startswith(f"{old}/"):
                return new + path.removeprefix(old)
        return path

    GET = partialmethod(request, "GET")
    POST = partialmethod(request, "POST")
    PUT = partialmethod(request, "PUT")
    PATCH = partialmethod(request, "PATCH")
    DELETE = partialmethod(request, "DELETE")


def limit_class(path: str) -> str:
    """HubSpot counts searches and associations apart from all other calls."""
    if path.endswith("/search"):
        return "search"
    return "associations" if "/associations/" in path else "default"


def _reads(method: str, path: str) -> bool:
    return method == "GET" or path.endswith(READING)


def _text(params: Sequence[tuple[str, Any]] | None) -> list[tuple[str, str]] | None:
    """Query parameters as HubSpot reads them: true and false in lower case."""
    if not params:
        return None
    return [(k, str(v).lower() if isinstance(v, bool) else str(v)) for k, v in params]


class Api:
    """The SDK's API objects, each made once: every access to the SDK would build a new pool."""

    def __init__(self, wire: Wire, settings: Settings, developer_key: str | None = None) -> None:
        self.settings = settings
        self._keys = {"developer_hapikey": developer_key} if developer_key else {}
        self.own_writes = OwnWrites()
        self.catalogue = Catalogue()
        self.joined = Joined()
        self._rest = Rest(wire, settings.base_url, settings.moved_paths)

    def ask(self, model: type[M], call: Callable[..., Any], *args: Any, **options: Any) -> M:
        """Call the SDK and read the answer. Raises: any of the five errors."""
        return self.read(model, call(*args, _preload_content=False, **options))

    def read(self, model: type[M], response: httpx.Response) -> M:
        """Read an answer. Raises: Busy or Unsure where it is not what HubSpot promises."""
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            request = response.request
            raise unreadable(response, reads=_reads(request.method, request.url.path)) from error

    def get(self, model: type[M], path: str, params: Mapping[str, Any] | None = None) -> M:
        """Read a path that the SDK does not know."""
        return self.read(model, self.fetch(path, params))

    def post(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """POST to a path that the SDK does not know; the whole response."""
        return self._rest.request("POST", self.settings.base_url + path, headers=JSON, body=body)

    def put(self, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """PUT to a path that the SDK does not know; the whole response."""
        return self._rest.request("PUT", self.settings.base_url + path, headers=JSON, body=body)

    def delete(self, path: str) -> httpx.Response:
        """DELETE a path that the SDK does not know."""
        return self._rest.request("DELETE", self.settings.base_url + path)

    def fetch(self, path: str, params: Mapping[str, Any] | None = None) -> httpx.Response:
        """GET a path that the SDK does not know; the whole response."""
        query = list(params.items()) if params else None
        return self._rest.request("GET", self.settings.base_url + path, query_params=query)

    def batch_read(self, object_type: str, body: Mapping[str, Any]) -> list[Item]:
        """Those records of a batch that are there, in no order.

        A part that fails for any other reason than that fails the whole call: a record that was
        not looked at must not be taken for one that is not there.
        """
        try:
            batch = self.ask(Batch, self.batch.read, object_type, body)
        except Gone:
            return []
        for fault in batch.errors:
            if not isinstance(error := part_error(fault, None), Gone):
                raise error
        return batch.results

    @cached_property
    def batch(self) -> Any:
        return self._sdk.crm.objects.batch_api

    @cached_property
    def basic(self) -> Any:
        return self._sdk.crm.objects.basic_api

    @cached_property
    def search(self) -> Any:
        return self._sdk.crm.objects.search_api

    @cached_property
    def associations(self) -> Any:
        return self._sdk.crm.associations.v4.batch_api

    @cached_property
    def properties(self) -> Any:
        return self._sdk.crm.properties.core_api

    @cached_property
    def property_batches(self) -> Any:
        return self._sdk.crm.properties.batch_api

    @cached_property
    def property_groups(self) -> Any:
        return self._sdk.crm.properties.groups_api

    @cached_property
    def owners(self) -> Any:
        return self._sdk.crm.owners.owners_api

    @cached_property
    def events(self) -> Any:
        return self._sdk.events.events_api

    @cached_property
    def completions(self) -> Any:
        return self._sdk.events.send.batch_api

    @cached_property
    def forms(self) -> Any:
        return self._sdk.marketing.forms.forms_api

    @cached_property
    def marketing_events(self) -> Any:
        return self._sdk.marketing.events.basic_api

    @cached_property
    def participations(self) -> Any:
        return self._sdk.marketing.events.retrieve_participant_state_api

    @cached_property
    def lists(self) -> Any:
        return self._sdk.crm.lists.lists_api

    @cached_property
    def memberships(self) -> Any:
        return self._sdk.crm.lists.memberships_api

    @cached_property
    def webhook_settings(self) -> Any:
        return self._sdk.webhooks.settings_api

    @cached_property
    def webhook_subscriptions(self) -> Any:
        return self._sdk.webhooks.subscriptions_api

    @cached_property
    def pipelines(self) -> Any:
        return self._sdk.crm.pipelines.pipelines_api

    @cached_property
    def _sdk(self) -> Any:
        from hubspot import HubSpot  # noqa: PLC0415  slow to import, see above

        return HubSpot(api_factory=self._make)

    def _make(self, package: Any, name: str, _: Any) -> Any:
        """One API object of the SDK, with our REST client in place of its own."""
        configuration = package.Configuration(host=self.settings.base_url, api_key=self._keys)
        client = package.ApiClient(configuration=configuration)
        client.rest_client = self._rest
        client.user_agent = "baton (hubspot-api-client-python)"
        return getattr(package, name)(api_client=client)
