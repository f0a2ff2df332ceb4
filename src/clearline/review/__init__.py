"""After the call: every call accounted for, findings looked at by people, scorecards, and how well the machine judges."""
