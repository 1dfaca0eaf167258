"""Targets, fit, posterior draws and validation of the model."""
