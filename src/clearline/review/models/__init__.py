"""What the review remembers."""

from clearline.review.models.grading import Grade, Grading, Sample

__all__ = ["Grade", "Grading", "Sample"]
