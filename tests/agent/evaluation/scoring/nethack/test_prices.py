"""What an offer tells of a thing."""

import pytest

from agent.evaluation.scoring.nethack.prices import kinds_possible, told_by_rule
from agent.evaluation.scoring.nethack.trade import accepted_offers, sales

SCROLL = "Asidonhopo offers {} gold pieces for your scroll labeled FOOBIE BLETCH.  Sell it? [ynaq] (y)"
POTION = "Asidonhopo offers {} gold pieces for your murky potion.  Sell it? [ynaq] (y)"


@pytest.mark.parametrize(
    ("offer", "told"),
    [
        (SCROLL.format(10), True),
        (SCROLL.format(8), False),  # the smaller share is not known to the rule
        (POTION.format(150), True),
        (POTION.format(113), False),
        ("Asidonhopo offers 50 gold pieces for your potion of healing.  Sell it?", False),
        ("Asidonhopo offers 100 gold pieces for your 2 murky potions.  Sell them?", False),
        ("Asidonhopo offers 250 gold pieces for your iron wand.  Sell it?", True),
        ("Asidonhopo offers 8 gold pieces for your long sword.  Sell it?", False),
        ("Asidonhopo cannot pay you at present.  Will you accept 4 zorkmids in credit?", False),
        ("", False),
    ],
)
def test_the_published_rule(offer: str, told: bool) -> None:
    assert told_by_rule(offer) is told


@pytest.mark.parametrize(
    ("offer", "possible"),
    [
        (SCROLL.format(10), {"identify"}),
        (SCROLL.format(8), {"identify"}),
        (SCROLL.format(25), {"light"}),
        (SCROLL.format(30), {"enchant weapon", "enchant armor", "remove curse"}),  # 60 / 2, 80 * 3 / 8
        ("X offers 20 gold pieces for your 2 scrolls labeled FOOBIE.  Sell them?", {"identify"}),
        ("X offers only 10 gold pieces for your scroll labeled FOOBIE.  Sell it?", set()),
        (POTION.format(125), {"acid", "oil"}),
        (
            "X offers 4 gold pieces for your pair of combat boots.  Sell them?",
            {"elven boots", "kicking boots"},
        ),
        ("X offers 50 gold pieces for your potion of healing.  Sell it?", set()),
        ("X offers 50 gold pieces for your clear potion.  Sell it?", set()),
        ("X offers 8 gold pieces for your long sword.  Sell it?", set()),
    ],
)
def test_what_a_price_leaves_possible(offer: str, possible: set[str]) -> None:
    assert set(kinds_possible(offer)) == possible


def test_an_offer_counts_once_it_was_accepted() -> None:
    sale = "You sold a scroll labeled FOOBIE BLETCH for 10 gold pieces."
    offer = SCROLL.format(10)
    assert list(accepted_offers((offer, sale, sale))) == [offer]
    assert list(accepted_offers((offer,))) == list(accepted_offers((sale,))) == []
    assert sales((offer, sale, f"{sale}--More--")) == {("a scroll labeled FOOBIE BLETCH", "10")}
