"""Always: policies and attestations, speaking up, fairness, encouragement, the pulse."""
