"""Who owns a record and who sees it, decided by the company's own rules instead of by hand."""
