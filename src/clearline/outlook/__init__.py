"""What comes next: everything due, what drifts, what will probably happen, and how good that was."""
