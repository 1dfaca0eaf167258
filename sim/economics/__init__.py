"""Unit costs of crime, payers, prices and appraisal: computed from the ledger, never read by behaviour."""
