"""Reads of audits, corrective actions and the programme; each takes who asks."""
