"""Live a scenario in a country or region area by area, and put the areas together."""
