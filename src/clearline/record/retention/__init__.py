"""How long what is kept, what is held, and what is deleted."""
