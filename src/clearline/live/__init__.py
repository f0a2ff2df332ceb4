"""During the call: what is due with the seconds left, for the agent, the supervisor, the switch and the voice bot."""
