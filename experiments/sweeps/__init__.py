"""Sweeps: run a place over a design of scenario values and parameters, and keep every run."""
