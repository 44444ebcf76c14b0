"""What a company owes the people it knows: consent, a copy of what is kept about them, and being forgotten."""
