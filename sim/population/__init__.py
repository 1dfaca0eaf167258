"""Open data to communities, families, people and ties, and their demography."""
