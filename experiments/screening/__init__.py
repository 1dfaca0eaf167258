"""Screen proposals: every one under the same frozen pack of place, prices, priors and seeds."""
