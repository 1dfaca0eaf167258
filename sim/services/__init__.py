"""Organisations that act across levels, and what they see."""
