"""Tags of its templates."""
