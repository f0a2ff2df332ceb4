"""What the gate writes."""
