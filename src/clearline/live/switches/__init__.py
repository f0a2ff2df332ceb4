"""Switches: the telephony that is asked to pause the recording of a call, and to go on with it."""
