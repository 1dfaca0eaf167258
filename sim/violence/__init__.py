"""Exposure, encounter, incident, harm and aftermath."""
