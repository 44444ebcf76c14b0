"""What people do for customers: calls, meetings, tasks, transactions, notes, documents and comments."""
