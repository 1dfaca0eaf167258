"""Keep score afterwards: archive a dated forecast, and hold what was then observed against it."""
