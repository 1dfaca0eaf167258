"""The commands, by theme. Modules here import nothing heavy until a command runs."""
