"""Tables, sessions and migrations: how rows of many companies live in one database without meeting."""
