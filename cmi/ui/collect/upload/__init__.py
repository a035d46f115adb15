"""The Upload page, step by step: bring, say what it means, decide, and look back."""
