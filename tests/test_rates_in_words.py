"""Parts of the customers of a place, as the Moves page writes them."""

from __future__ import annotations

import pytest

from cmi.ui.explore import migrating


@pytest.mark.parametrize(
    ("part", "said"),
    [(0.0, "0 %"), (1 / 400, "under 1 %"), (2 / 400, "under 1 %"), (3 / 400, "1 %"), (0.5, "50 %")],
)
def test_who_is_there_is_never_shown_as_nobody(part: float, said: str) -> None:
    assert migrating.percent(part).replace("\N{NO-BREAK SPACE}", " ") == said
