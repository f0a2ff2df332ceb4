"""The HTTP interface for machines: calls, findings, duties and proofs out; events come in beside it."""
