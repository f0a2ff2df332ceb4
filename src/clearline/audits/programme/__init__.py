"""The programme: what is obliged, what serves it, and what shows that it does."""
