"""Pages of audits, corrective actions and the programme."""
