"""People's own e-mail accounts: letters sent from a record, and the answers that come back to it."""
