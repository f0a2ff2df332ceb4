"""What may be written into the record; each action is a transaction with its entry in the log."""
