"""The model: one place, one run."""
