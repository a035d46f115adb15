"""The live plane over invented customers: what benchmarks/live.py drags."""

import os

import synthetic

from cmi.methodology import shipped
from cmi.proposal import IN_FORCE
from cmi.scoring import score
from cmi.ui.refine import live

rules = shipped()
scores = score(synthetic.snapshot(int(os.environ["CUSTOMERS"]), rules), rules)
scores = scores.assign(currency="USD")
said = {"slot": "A", "A": IN_FORCE.as_message(), "B": None, "locks": []}
live.show(live.block(scores, rules, "2x2", proposal=said, presets=[]), "plane", lambda: None)
