"""Everything that has a day, together: the company's calendar, one's own day, and who got which work done."""
