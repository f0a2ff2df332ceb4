"""Lists of numbers that are not to be called: how they are read, kept, and asked."""
