"""Merkle trees, notes, checkpoints, proofs and commitments: the arithmetic of the evidence log. Pure."""
