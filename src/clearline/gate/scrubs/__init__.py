"""Files of leads that are gone through before anything is dialled: who will be skipped, and why."""
