"""What the pages under Collect are made of."""
