"""Unit costs, payers and appraisal."""
