"""The screen: session state, caches and controls."""
