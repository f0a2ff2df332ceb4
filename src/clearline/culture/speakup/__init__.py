"""Speaking up: anonymous reports, sealed to those who handle them, and answered."""
