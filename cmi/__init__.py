"""Customer maturity and customer health: the product without a screen."""

__version__ = "0.1.0"
