"""How large an effect a trial could see: by formula, and by trials in the model."""
