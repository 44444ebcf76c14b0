"""Being told at the right moment: reminders of a record, rung once each."""
