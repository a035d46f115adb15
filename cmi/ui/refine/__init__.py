"""What the pages under Refine are made of."""
