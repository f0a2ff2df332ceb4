"""What an audit leaves in others' hands: the report, the same in OSCAL, the pack with its proofs, registers."""
