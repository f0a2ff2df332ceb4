"""What the shop answered, and what follows from it."""
