"""The console's look: base page, components, styles, charts. It knows nothing of compliance."""
