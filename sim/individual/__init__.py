"""The individual level: development, school, work, alcohol and drugs."""
