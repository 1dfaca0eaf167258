"""Appraisal profiles: dated sets of rates, values and perspective."""
