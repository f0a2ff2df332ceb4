"""Over months: courses, assignments, certificates, practice, and whether training helps."""
