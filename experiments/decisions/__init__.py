"""From many runs to a choice: who is best at which value, how sure, and what knowing more would be worth."""
