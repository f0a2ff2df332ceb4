"""Every call is accounted for: each one that the switch or the record knows ends as evaluated, excluded, failed or due."""
