"""A ManagedSubscribe stream: the org keeps how far the client has got.

Source: pubsub_api.proto; Pub/Sub API docs, "Managed Event Subscriptions (Beta)"; Metadata API
guide, "ManagedEventSubscription". One response for each commit.
"""

import time
from typing import Any

from connectors.salesforce.sandbox.events import proto, refusals
from connectors.salesforce.sandbox.events.bus import Bus, UnknownReplayId
from connectors.salesforce.sandbox.events.settings import EventSettings, ManagedSubscription
from connectors.salesforce.sandbox.events.subscription import Subscription


class Managed(Subscription):
    def __init__(
        self, bus: Bus, settings: EventSettings, kept: ManagedSubscription, first: Any, rpc_id: str
    ) -> None:
        self._kept = kept
        self._names = {"", kept.name, first.developer_name, first.subscription_id}
        self._commits: list[Any] = []
        super().__init__(bus, settings, kept.topic, first, rpc_id)

    def _start(self, _: Any) -> int:
        """Behind the committed event; by the presets where there is none, or it is gone."""
        committed = self._bus.commits.get(self._kept.name)
        preset = self._kept.default_replay
        if committed is not None:
            try:
                return self._bus.position(committed)
            except UnknownReplayId:
                preset = self._kept.error_recovery_replay
        return self._bus.oldest() if preset == "EARLIEST" else self._bus.tip

    def _take(self, request: Any) -> None:
        """Raises: Refused."""
        if not {request.developer_name, request.subscription_id} <= self._names:
            raise refusals.other_subscription()
        asked = request.commit_replay_id_request
        if asked.commit_request_id or asked.replay_id:
            self._commits.append(self._commit(asked))
        elif request.num_requested <= 0:
            raise refusals.bad_number()
        self._ask(request.num_requested)

    def _commit(self, asked: Any) -> Any:
        answer = proto.CommitReplayResponse(
            commit_request_id=asked.commit_request_id,
            replay_id=asked.replay_id,
            process_time=int(time.time() * 1000),
        )
        try:
            self._bus.position(asked.replay_id)
        except UnknownReplayId:
            answer.error.code = proto.COMMIT_ERROR
            answer.error.msg = refusals.bad_replay_id().words
        else:
            self._bus.commits[self._kept.name] = asked.replay_id
        return answer

    def _has_answers(self) -> bool:
        return bool(self._commits)

    def _response(self, **shared: Any) -> Any:
        commit = self._commits.pop(0) if self._commits else None
        return proto.ManagedFetchResponse(**shared, commit_response=commit)
