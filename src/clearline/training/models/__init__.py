"""Rows that pages of training read."""
