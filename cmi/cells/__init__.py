"""What one cell says: a number, an amount, a day, a level, a name."""
