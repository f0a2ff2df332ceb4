"""Before the call: may it be made, and why."""
