"""What a column can mean, in words for a select box."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmi.mapping.model import Column, Role
    from cmi.methodology import Methodology

_FIELDS: dict[str, Role] = {
    "Customer id": "customer_id",
    "Customer id in another system": "other_id",
    "Customer name": "name",
    "Web or e-mail domain": "domain",
    "Owner": "owner",
    "Observation date": "date",
    "Start date": "start_date",
    "Renewal date": "renewal_date",
    "End date": "end_date",
    "Segment or further attribute": "segment",
    "ARR": "arr",
    "MRR": "mrr",
    "Software revenue": "software_revenue",
    "Services revenue": "services_revenue",
    "Currency": "currency",
}
_OUTCOMES = {
    "Churned (yes/no or date)": "churned",
    "Contracted (yes/no or date)": "contracted",
    "Renewed (yes/no or date)": "renewed",
    "Expanded (yes/no or date)": "expanded",
}
_OTHERS: dict[str, Role] = {
    "Outcome (its name)": "outcome_type",
    "Amount of the outcome": "amount",
    "Rater (the role of who rated)": "rater",
    "Respondent (who rated)": "respondent",
    "Day of the last assessment": "last_assessed",
    "Note": "note",
    "Factor or driver (its name)": "item",
    "Value of that factor or driver": "value",
    "Not used": "ignore",
}


def meanings(methodology: Methodology) -> dict[str, tuple[str, str]]:
    """Label -> (role, target), in the order in which a select box shows them."""
    fields = {label: (str(role), "") for label, role in _FIELDS.items()}
    levels = {
        f"Level: {c.name} · {f.name}": ("factor", f.key)
        for c in methodology.characteristics
        for f in c.factors
    }
    levels |= {
        f"Level of a whole characteristic: {c.name}": ("characteristic", c.key)
        for c in methodology.characteristics
    }
    levels["Whole CMI (0-100 or level 1-5)"] = ("index", "")
    drivers = {f"Driver: {d.name}": ("driver", d.key) for d in methodology.drivers}
    outcomes = {label: ("outcome", target) for label, target in _OUTCOMES.items()}
    others = {label: (str(role), "") for label, role in _OTHERS.items()}
    return {**fields, **levels, **drivers, **outcomes, **others}


def label_of(column: Column, methodology: Methodology) -> str:
    """The label of what a column means now."""
    aimed = ("factor", "driver", "outcome", "characteristic")
    target = column.target if column.role in aimed else ""
    sought = ("ignore" if column.role == "link" else column.role, target)
    return next((k for k, v in meanings(methodology).items() if v == sought), "Not used")
