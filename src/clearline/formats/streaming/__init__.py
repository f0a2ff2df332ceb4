"""Live protocols of telephony and recognisers: what each frame of a connection says, and what it wants to hear back. Pure."""
