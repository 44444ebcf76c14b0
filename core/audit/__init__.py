"""What was done in the company that somebody may have to answer for: read from the change log, never a second one."""
