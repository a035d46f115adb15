"""What the pages under Explore are made of."""
