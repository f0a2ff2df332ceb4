"""The `clearline` command."""
