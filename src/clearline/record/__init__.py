"""What happened: contacts, consent, calls, orders, events, duties and findings."""
