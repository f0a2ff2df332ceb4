"""How review stands: rows that pages read, written with the events that changed them."""

from clearline.review.models.coverage import Statement, SwitchCall
from clearline.review.models.grading import Grade, Grading, Sample
from clearline.review.models.policy import BackTest, Draft
from clearline.review.models.triage import Triage

__all__ = ["BackTest", "Draft", "Grade", "Grading", "Sample", "Statement", "SwitchCall", "Triage"]
