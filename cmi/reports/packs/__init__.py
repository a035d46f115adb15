"""Packs for a review: what is said on which page, whatever program shows it.

Three audiences, a module each: `portfolio` and `internal` for the team, `shared` for the customer.
Each finds its numbers once, and gives them as pages (cmi.reports.deck, cmi.reports.paper) and as
sheets (cmi.reports.tables).
"""
