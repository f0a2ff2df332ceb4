"""Your shop: its answers, and what follows from them."""
