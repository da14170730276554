"""The play itself: deeds and edits at their times, then waiting till all has arrived."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.demo.handing import answer, hand_over
from app.demo.outcome import Outcome, judge
from app.demo.script import Deed, Edit, Handing, Script
from app.demo.show import Show
from app.demo.stage import Stage
from app.demo.stores import changes_since, last_change_ms

TICK_S = 0.05
LOOK_EVERY_S = 2.0  # a look takes the sandboxes' time, which the latencies then show
SYNC_WITHIN_S = 180.0
ARRIVES_WITHIN_S = 180.0
STALLED_S = 60.0
REST_S = 2.5
QUIET_S = 6.0  # longer than every interval of polling but HubSpot's, whose changes come by webhook


@dataclass(slots=True)
class Performance:
    """One performance of a script on a stage. `killed`: Baton was killed on the way; `handed`: who
    was handed over so far.
    """

    script: Script
    stage: Stage
    show: Show
    killed: bool = False
    played: int = 0
    quiet_writes: int = 0
    outcome: Outcome = field(default_factory=Outcome)
    changed_ms: int = 0
    handed: Sequence[Handing] = ()

    def sync(self) -> bool:
        """Wait till every contact is a Lead and both systems rest."""
        deadline = time.monotonic() + SYNC_WITHIN_S
        while time.monotonic() < deadline:
            self.look()
            there = self.outcome.leads >= len(self.script.people)
            if there and self._rests(REST_S):
                return True
            time.sleep(TICK_S * 10)
        return False

    def play(self, kill_after: float | None) -> None:
        """Everything at its time."""
        begun, looked = time.monotonic(), time.monotonic()
        waiting = iter(self.script.cues)
        cue = next(waiting, None)
        ids = self._lead_ids()
        while cue is not None:
            now_s = time.monotonic() - begun
            due: list[Deed] = []
            while cue is not None and cue.at_s <= now_s:
                if isinstance(cue, Deed):
                    due.append(cue)
                else:
                    self._edit(cue, ids[cue.person.email])
                cue = next(waiting, None)
            if due:
                self.stage.hubspot.play([deed.step for deed in due])
                self.played += len(due)
            if kill_after is not None and not self.killed and now_s >= kill_after:
                self.killed = True
                self.show.say("  Baton is killed (SIGKILL) and started again")
                self.stage.kill_baton()
            if time.monotonic() - looked > LOOK_EVERY_S:
                self.look()
                looked = time.monotonic()
            time.sleep(TICK_S)

    def settle(self) -> None:
        """Wait till all has arrived, or nothing moves any more."""
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        while time.monotonic() < deadline:
            self.look()
            if self.outcome.complete and self._rests(REST_S):
                return
            if self._rests(STALLED_S):
                return
            if self.killed and not self.outcome.missing and self._rests(QUIET_S):
                return
            time.sleep(TICK_S * 10)

    def hand_over(self) -> None:
        """Inside sales hands some over as people do on Baton's pages, field sales answers."""
        self.handed = self.script.handings
        for one in self.handed:
            hand_over(self.stage, one)
        ids = self._lead_ids()
        for one in self.handed:
            answer(self.stage, one, ids[one.person.email])

    def rest(self) -> None:
        """Nothing may be written any more, by anybody."""
        begun_ms = int(time.time() * 1000)
        time.sleep(QUIET_S)
        hubspot, salesforce = self.stage.hubspot.dump(), self.stage.salesforce.dump()
        self.quiet_writes = changes_since(hubspot, salesforce, begun_ms)
        self.outcome = judge(self.script, hubspot, salesforce, self.handed)

    def look(self) -> None:
        """See how far it is."""
        hubspot, salesforce = self.stage.hubspot.dump(), self.stage.salesforce.dump()
        self.outcome = judge(self.script, hubspot, salesforce, self.handed)
        self.changed_ms = last_change_ms(hubspot, salesforce)
        self.show.update(self.outcome, self.played)

    def _rests(self, seconds: float) -> bool:
        return time.time() * 1000 - self.changed_ms > seconds * 1000

    def _lead_ids(self) -> dict[str, str]:
        leads = self.stage.salesforce.dump()["objects"]["Lead"]
        return {str(one["fields"].get("Email")).lower(): one["id"] for one in leads}

    def _edit(self, edit: Edit, lead_id: str) -> None:
        value = self.stage.seeded.users.get(edit.value, edit.value)
        by = edit.person.rep.email
        self.stage.salesforce.edit("Lead", lead_id, {edit.field: value}, by)
