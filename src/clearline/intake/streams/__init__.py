"""Streams: what telephony and recognisers tell while a call lasts, over connections that stay open."""
