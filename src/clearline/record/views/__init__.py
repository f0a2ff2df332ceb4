"""Pages of the record; each view asks one query or does one action."""
