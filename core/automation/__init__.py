"""Automation: when something happens and it is so, then this is done – once, even where workers die."""
