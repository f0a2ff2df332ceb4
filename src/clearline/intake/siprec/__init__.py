"""A recording server for telephony that speaks SIPREC: signalling, sound, and what is told of both."""
