"""What is remembered."""

from clearline.record.models.campaigns import Campaign, CampaignDay, CampaignGone
from clearline.record.models.contacts import Consent, Contact, ContactPoint, Relationship
from clearline.record.models.events import Event, EventOn, Timeline
from clearline.record.models.judged import Duty, Finding
from clearline.record.models.keeping import Deleted, Deletion, Hold, RetentionChoice, ShopAnswers
from clearline.record.models.recordings import Recording
from clearline.record.models.rights import Export, Remnant, RightsRequest
from clearline.record.models.work import Call, Job, Notice, Order

__all__ = [
    "Call",
    "Campaign",
    "CampaignDay",
    "CampaignGone",
    "Consent",
    "Contact",
    "ContactPoint",
    "Deleted",
    "Deletion",
    "Duty",
    "Event",
    "EventOn",
    "Export",
    "Finding",
    "Hold",
    "Job",
    "Notice",
    "Order",
    "Recording",
    "Relationship",
    "Remnant",
    "RetentionChoice",
    "RightsRequest",
    "ShopAnswers",
    "Timeline",
]
