"""The parts of the Audiences page: one file per audience, and what they share."""
