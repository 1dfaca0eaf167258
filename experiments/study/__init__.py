"""A study kept as a folder: frozen inputs, one immutable part a run, and tables to ask questions of."""
