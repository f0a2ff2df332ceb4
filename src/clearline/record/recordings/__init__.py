"""Recordings of calls: taken in, heard, muted, played, and let go of."""
