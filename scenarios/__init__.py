"""Ready scenarios, the catalogue of interventions, places and open data: data only."""
