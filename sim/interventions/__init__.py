"""Programmes as data: who they are for, how they reach people, and which levers they move."""
