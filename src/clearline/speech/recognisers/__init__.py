"""The recognisers: Whisper on this machine, others over the network where they are set, and one that hears while people speak."""
