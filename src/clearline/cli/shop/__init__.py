"""A small, living shop call centre, made from a seed: what happened in it, and what must be found wrong with it."""
