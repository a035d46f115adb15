"""Does a score foretell what happens, how sure is a placement, and which questions earn it?"""
