"""Whatever an address holds, it is read; what is wrong with it is told."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from nncore.recipe import SETTINGS
from web.share.link import read_link, write_link

PARTS = st.tuples(
    st.sampled_from([*SETTINGS, "preset", "hide"]) | st.text(max_size=8),
    st.sampled_from(["nan", "inf", "-1", "1e999", "9" * 5000, "1,2,3,", "true", "own", "mnist"]) | st.text(),
)


@given(
    st.lists(PARTS.map(lambda part: f"{quote(part[0])}={quote(part[1])}"), max_size=6).map("&".join)
    | st.text()
)
def test_any_address_gives_a_recipe(address: str) -> None:
    link = read_link(address)
    assert read_link(write_link(link)).recipe == link.recipe
    assert all(len(problem) < 1000 for problem in link.problems)
