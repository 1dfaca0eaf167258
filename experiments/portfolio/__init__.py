"""Find the best mix of programmes for a budget, and say how sure the choice is."""
