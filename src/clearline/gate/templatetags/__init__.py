"""What the templates of the gate use."""
