"""What each audience of the index asks, answered from the scores: one file per audience.

Everything takes the scores frame of cmi/scoring.py, of one period, of customers who are there.
"""
