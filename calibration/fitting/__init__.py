"""The fit: screening, waves of emulators, posterior draws and what they are worth."""
