"""What is done to many records at once and can be taken back for thirty days: sharing, passing on, merging."""
