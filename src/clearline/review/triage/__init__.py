"""Findings looked at by people: confirmed, dismissed, merged, disputed and answered."""
