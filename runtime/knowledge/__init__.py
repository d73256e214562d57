"""What is known, cut into passages and found again. Pure: no database, no network."""
