"""The shop's own rules, written in the console: drafts, what they would have found in calls that were, and who approved them."""
