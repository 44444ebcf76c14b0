"""The trades: one package each, found through the entry-point group ``ghep.plugins``."""
