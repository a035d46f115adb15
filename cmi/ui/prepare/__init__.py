"""What the pages under Prepare are made of."""
