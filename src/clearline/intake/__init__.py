"""What shops, payment providers and desks send: signed deliveries in, events out."""
