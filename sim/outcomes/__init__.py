"""Declared measures of a run."""
