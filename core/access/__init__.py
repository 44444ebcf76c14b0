"""Who may do what: users, roles, sessions, tokens, and who sees which records."""
