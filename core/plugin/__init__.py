"""Plugins: how they are found, checked, started, switched on and off, and kept from breaking the rest."""
