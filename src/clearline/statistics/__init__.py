"""Numbers in, estimates with their intervals out: agreement of graders, corrected rates, sampling plans. Pure."""
