"""Rows that pages of training read."""

from clearline.training.models.learning import Assignment, Attempt, Certificate, Requirement, Seen
from clearline.training.models.lessons import Listened, MicroLesson
from clearline.training.models.practice import Card
from clearline.training.models.writing import CourseDraft

__all__ = [
    "Assignment",
    "Attempt",
    "Card",
    "Certificate",
    "CourseDraft",
    "Listened",
    "MicroLesson",
    "Requirement",
    "Seen",
]
