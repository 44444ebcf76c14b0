"""Pages of a record for people outside the company: read, accepted, refused, signed by a link that was sent to them."""
