"""Customers and their contacts: the entities every trade hangs on."""
