"""Over weeks: the programme and its gaps, audits and their samples, corrective actions and whether they helped."""
