"""Deeds of audits and corrective actions: each is an event, and changes the row in the same transaction."""
