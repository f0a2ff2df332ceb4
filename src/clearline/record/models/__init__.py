"""What is remembered."""

from clearline.record.models.contacts import Consent, Contact, ContactPoint, Relationship
from clearline.record.models.events import Event, EventOn, Timeline
from clearline.record.models.judged import Duty, Finding
from clearline.record.models.work import Call, Job, Notice, Order

__all__ = [
    "Call",
    "Consent",
    "Contact",
    "ContactPoint",
    "Duty",
    "Event",
    "EventOn",
    "Finding",
    "Job",
    "Notice",
    "Order",
    "Relationship",
    "Timeline",
]
