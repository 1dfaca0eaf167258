"""The community level: collective efficacy, fear, legitimacy and provision."""
