"""What leaves the product: tables, the assessment workbook, decks."""
