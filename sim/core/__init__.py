"""Chance, time, columns, levers, ledger, errors: what a place is built from, knowing nothing of violence."""
