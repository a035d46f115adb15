"""Headers and company names are compared by what makes them the same."""

from __future__ import annotations

from cells import cases
from hypothesis import given
from hypothesis import strategies as st

from cmi.cells.names import company_key, text_key


@cases(
    "text key",
    """
    accountExternalId → account external id  Renewal_Date → renewal date
    CustomerID → customer id  NPSScore → nps score  ARR (USD) → arr usd  Société → societe
    Straße → strasse  % of seats → of seats  __Renewal-Date: → renewal date  顧客名 → 顧客名
    """,
)
def test_a_header_is_reduced_to_its_words(text: str, key: str) -> None:
    assert text_key(text) == key


@given(st.text(max_size=30))
def test_a_key_of_a_key_is_itself(text: str) -> None:
    key = text_key(text)
    assert text_key(key) == key


@cases(
    "name key",
    """
    Acme → acme  ACME, Inc. → acme  Acme LLC → acme  Acme L.L.C. → acme  Acme Limited → acme
    Acme Pty Ltd → acme  Acme Corporation → acme  Acme S.A. → acme  Acme S. A. → acme
    Acme S.p.A. → acme  Acme A/S → acme  Acme B.V. → acme  Acme, S.A. de C.V. → acme
    Acme sp. z o.o. → acme  Tiffany & Co. → tiffany
    Müller & Söhne GmbH & Co. KG → muller and sohne  Johnson and Johnson → johnson and johnson
    Johnson & Johnson → johnson and johnson  L’Oréal SA → loreal
    HubSpot → hubspot  Hubspot\u00a0Inc → hubspot
    Acme (UK) Ltd → acme uk  Co-operative Group → co operative group  AG → ag  The Limited → the
    """,
)
def test_a_company_is_known_by_its_name_without_the_legal_form(name: str, key: str) -> None:
    assert company_key(name) == key


def test_companies_with_different_names_keep_different_keys() -> None:
    names = ["Acme Holding AG", "Acme Group", "Acme Services GmbH", "Acme UK Ltd", "Acme"]
    assert len({company_key(name) for name in names}) == 5


def test_a_very_long_name_is_survived() -> None:
    assert company_key("co " * 10_000 + "x") == "co " * 10_000 + "x"
