"""From spend to won: a campaign's figures, by the stages of the active lifecycle."""

from datetime import date

from app.domain.campaign_terms import Terms
from app.flows import rules as rules_
from app.store import campaigns_costs
from app.store.campaigns_costs import Funnel
from app.store.db import Tx


def funnel(tx: Tx, terms: Terms, since: date | None = None, until: date | None = None) -> Funnel:
    """How far its members came, and what that cost. `since` and `until` (exclusive) choose among
    the costs.
    """
    responded = [name for name, one in terms.document.statuses.items() if one.responded]
    lifecycle = rules_.load(tx).lifecycle
    stages = [] if lifecycle is None else [s.name for s in lifecycle[0].stages if not s.ends]
    return campaigns_costs.funnel(tx, terms.name, responded, since, until, stages=stages)
