"""The own do-not-call list: who asked not to be called, and which vendors have heard of it."""
