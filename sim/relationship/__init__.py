"""The relationship level: families, ties and norms."""
