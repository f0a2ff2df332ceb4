"""Deeds of people."""
