"""Paper: records as documents, drawn from HTML templates into PDF."""
