"""Foreign formats to events: bytes in, events out."""
