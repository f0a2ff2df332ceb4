"""One installation: its settings, its addresses and its server."""
