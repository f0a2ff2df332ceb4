"""Proactive compliance for e-commerce call centers."""
