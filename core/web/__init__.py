"""Pages: Flask views over the services, and what every page needs."""
