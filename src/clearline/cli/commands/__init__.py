"""Commands that need the server: each module is imported once Django has started."""
