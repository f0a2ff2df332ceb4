"""The append-only log, receipts and evidence packs; it knows bytes and order, not meanings."""
