"""Every kind of document and the model that checks it."""

from collections.abc import Mapping

from pydantic import BaseModel

from app.domain.activity_document import ActivityDocument
from app.domain.campaign_document import CampaignDocument
from app.domain.handoff_document import HandoffDocument
from app.domain.hot_lead_document import HotLeadDocument
from app.domain.lifecycle_document import LifecycleDocument
from app.domain.scoring_document import ScoringDocument
from app.domain.sla_document import SlaDocument
from mappings.document import MappingDocument

MODELS: Mapping[str, type[BaseModel]] = {
    "mapping": MappingDocument,
    "scoring": ScoringDocument,
    "hot_lead": HotLeadDocument,
    "lifecycle": LifecycleDocument,
    "campaign": CampaignDocument,
    "handoff": HandoffDocument,
    "sla": SlaDocument,
    "activity": ActivityDocument,
}
