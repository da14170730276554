"""What operators do on the page of a campaign. Each asks anew whether the viewer may."""

from collections.abc import Sequence

from app.configuring import Missing
from app.configuring import campaigns as configuring
from app.domain.campaign_cost import CostRow
from app.flows import campaigns as deciding
from app.store.db import Tx
from app.web.deps import transacted
from app.web.ui.actions import check_operator
from app.web.ui.desk import Visit


def read(visit: Visit, name: str) -> None:
    """Read all members now. Raises: NotAllowed, Missing."""
    check_operator(visit)

    def hurry(tx: Tx) -> set[str]:
        terms = deciding.of(tx, name)
        if terms is None:
            raise Missing(f'there is no campaign "{name}"')
        return configuring.read_now(tx, terms)

    visit.desk.parts.wake(transacted(visit.desk.parts, hurry))


def allow(visit: Visit, name: str) -> None:
    """Let go who was taken out at once. Raises: NotAllowed."""
    check_operator(visit)
    parts = visit.desk.parts
    parts.wake(transacted(parts, lambda tx: configuring.let_go(tx, name, _by(visit))[1]))


def add_costs(visit: Visit, name: str, rows: Sequence[CostRow]) -> None:
    """Store costs of a file. Raises: NotAllowed."""
    check_operator(visit)
    parts = visit.desk.parts
    transacted(parts, lambda tx: configuring.add_costs(tx, name, "upload", rows, _by(visit)))


def _by(visit: Visit) -> dict[str, str]:
    return {"by": visit.key.name, "key": visit.key.id}
