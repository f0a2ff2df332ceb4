"""Verdicts to terminal, page and lines."""
