"""Random small worlds: carts, rules and campaigns over a vocabulary small enough for rules to meet carts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.program.program import Program, build_program
from tercel.evaluation.snapshot import (
    AchievementFacts,
    CartLine,
    CouponFacts,
    EventFacts,
    GiveawayPoolFacts,
    LimitFacts,
    LoyaltyBalanceFacts,
    LoyaltyProgramFacts,
    ProfileFacts,
    SessionFacts,
    Snapshot,
    StoreFacts,
)
from tests.support.loyalty import club

NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
CATEGORIES = ["shoes", "hats", "tops"]
ITEMS = [".", "Session", "CartItems"]

cents = st.integers(0, 20_000).map(lambda amount: Decimal(amount) / 100)
categories = st.sampled_from(CATEGORIES)

lines = st.builds(
    CartLine,
    sku=st.sampled_from(["A", "B", "C"]),
    quantity=st.integers(1, 3),
    price=cents,
    category=st.one_of(st.none(), categories),
    attributes=st.fixed_dictionaries({}, optional={"sale": st.booleans(), "n": cents}),
)
carts = st.lists(lines, max_size=5)


def _named(category: str, caught: bool) -> list[Any]:
    test: list[Any] = ["=", [".", "Item", "Category"], category]
    return ["filter", ITEMS, [["Item"], ["catch", False, test] if caught else test]]


filters = st.builds(_named, categories, st.booleans())
thresholds = st.integers(0, 300)
paths = st.sampled_from(
    [
        [".", "Session", "Total"],
        [".", "Session", "CartTotal"],
        [".", "Session", "DiscountedTotal"],
        [".", "Profile", "ClosedSessions"],
        [".", "Profile", "TotalSales"],
    ]
)
attribute_values = st.one_of(
    st.sampled_from(["gold", "silver", "1", "true"]), st.booleans(), st.integers(0, 2)
)

#: Readings of what ``bindings`` may name; where nothing is bound by that name they are missing, or mean the entity.
PICKED, PICKED_COUNT, AMOUNT = [".", "Picked"], [".", "Picked item count"], [".", "Amount"]


def _map_like_a_profile(sessions: int, sales: Decimal, tier: Any) -> list[Any]:
    attributes = ["kv", ["tier", tier]]
    return ["kv", ["ClosedSessions", sessions], ["TotalSales", sales], ["Attributes", attributes]]


#: Expressions by the name that binds them; nothing that happens within a rule changes the value of one.
binding_expressions: dict[str, st.SearchStrategy[Any]] = {
    "Picked": st.one_of(filters, st.builds(lambda items: ["take", items, 1], filters)),
    "Amount": st.one_of(
        st.just(["identity", [".", "Session", "DiscountedTotal"]]),
        st.just(["/", [".", "Session", "DiscountedCartItemTotal"], 2]),
        st.just(["-", [".", "Session", "Total"], 100]),
        st.just(["catch", 1, ["*", 10, PICKED_COUNT]]),
    ),
    "Profile": st.builds(_map_like_a_profile, st.integers(0, 2), cents, attribute_values),
}
#: Beside them what an effect may change for those that come after it.
moving_expressions = {**binding_expressions, "Amount": st.one_of(
    binding_expressions["Amount"], st.just(["budgetRemaining", "setDiscount"]), st.just(["budgetRemaining", "setDiscountEffect"]),
)}  # fmt: skip


@st.composite
def bindings(draw: st.DrawFn, of: dict[str, st.SearchStrategy[Any]] = moving_expressions) -> list[dict]:
    names = [name for name in of if draw(st.booleans())]
    return [{"name": name, "expression": draw(of[name])} for name in names]


simple_conditions: st.SearchStrategy[Any] = st.one_of(
    st.just(True),
    st.builds(lambda op, path, n: [op, path, n], st.sampled_from([">=", ">", "<=", "<"]), paths, thresholds),
    st.builds(lambda op, path, n: [op, n, path], st.sampled_from([">=", ">", "<=", "<"]), paths, thresholds),
    st.builds(
        lambda items, op, n: [op, ["count", items], n],
        filters,
        st.sampled_from([">=", ">", "<"]),
        st.integers(0, 2),
    ),
    st.builds(
        lambda items, n: [">", ["sum", items, [["I"], [".", "I", "Price"]]], n], filters, st.integers(0, 9)
    ),
    st.builds(
        lambda names: [
            "exists",
            ITEMS,
            [["Item"], ["catch", False, ["oneOf", [".", "Item", "SKU"], ["list", *names]]]],
        ],
        st.lists(st.sampled_from(["A", "B", "Z"]), min_size=1, max_size=2),
    ),
    st.builds(lambda items: ["not", ["isEmpty", ["take", items, 1]]], filters),
    st.builds(lambda v: ["=", [".", "Profile", "Attributes", "tier"], v], attribute_values),
    st.builds(lambda v: ["=", [".", "Session", "Attributes", "mark"], v], attribute_values),
    st.builds(lambda op, n: [op, ["count", PICKED], n], st.sampled_from([">=", "<"]), st.integers(0, 3)),
    st.builds(lambda n: [">=", PICKED_COUNT, n], st.integers(0, 2)),
    st.builds(lambda op, n: [op, AMOUNT, n], st.sampled_from([">=", "<"]), thresholds),
    st.just(["couponValid"]),
    st.just(["couponValid", False]),
    st.just(["=", [".", "Store", "IntegrationId"], "s1"]),
    st.just(["oneOf", [".", "Event", "Type"], ["list", "talon_session_closed", "other"]]),
    st.just(["+", 1, "x"]),
    st.just([">", [".", "Event", "Attributes", "none"], 1]),
    st.just(
        ["onFailure", [">=", [".", "Session", "Total"], 100], ["showNotification", "Info", "more", "please"]]
    ),
)
conditions = st.recursive(
    simple_conditions,
    lambda inner: st.one_of(
        st.builds(lambda parts: ["and", *parts], st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: ["or", *parts], st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda part: ["not", part], inner),
        st.builds(lambda part: ["catch", False, part], inner),
    ),
    max_leaves=5,
)

amounts = st.one_of(
    thresholds,
    st.just(AMOUNT),
    st.just(["*", [".", "Session", "DiscountedTotal"], Decimal("0.25")]),
    st.just(["-", [".", "Session", "Total"], 100]),
)
effects: st.SearchStrategy[list[Any]] = st.one_of(
    st.builds(lambda n: ["setDiscount", "d", n], amounts),
    st.builds(lambda n: ["setDiscount", "d", n, ["kv", ["scope", "cartItems"], ["partial", True]]], amounts),
    st.builds(lambda items, n: ["setDiscountPerItem", "i", items, [["Item"], n]], filters, amounts),
    st.builds(
        lambda items: [
            "setDiscountPerItem",
            "h",
            items,
            [["Item"], ["/", [".", "Item", "DiscountedPrice"], 3]],
        ],
        filters,
    ),
    st.builds(lambda n: ["setDiscountPerItem", "b", PICKED, [["Item"], n]], amounts),
    st.builds(lambda n: ["setDiscountPerItemProRata", "p", ITEMS, n], amounts),
    st.just(["addFreeItem", "G", "gift", 2]),
    st.just(["updateAttribute", "Session.Attributes.mark", "gold"]),
    st.just(["updateAttribute", "Profile.Attributes.tier", "silver"]),
    st.just(["updateItemAttribute", ITEMS, "n", [["Item"], 1], "increaseBy"]),
    st.just(["addToAudience", 4]),
    st.just(["awardGiveaway", 2]),
    st.just(["addLoyaltyPoints", "club", "why", 10]),
    st.just(["deductLoyaltyPoints", "club", "why", 10]),
    st.just(["increaseAchievementProgress", "steps", 1]),
    st.just(["createCoupon", ["kv", ["recipient", "Current"], ["storeInSession", True]]]),
    st.just(["reserveCoupon"]),
)


@st.composite
def rules(draw: st.DrawFn, of: dict[str, st.SearchStrategy[Any]] = moving_expressions) -> dict[str, Any]:
    return {
        "title": "rule",
        "bindings": draw(bindings(of)),
        "condition": ["and", *draw(st.just([["couponValid"]]) | st.lists(conditions, max_size=3))],
        "effects": draw(st.lists(effects, max_size=3)),
    }


@st.composite
def rulesets(
    draw: st.DrawFn,
    of: dict[str, st.SearchStrategy[Any]] = moving_expressions,
    *,
    min_size: int = 0,
    max_size: int = 3,
) -> dict[str, Any]:
    return {
        "bindings": draw(bindings(of)),
        "rules": draw(st.lists(rules(of), min_size=min_size, max_size=max_size)),
    }


limits = st.builds(
    LimitFacts,
    action=st.sampled_from(
        ["setDiscount", "setDiscountEffect", "addFreeItemEffect", "createCoupon", "redeemCoupon"]
    ),
    limit=st.integers(0, 200).map(Decimal),
    entities=st.sampled_from([(), ("Profile",), ("Coupon",)]),
)


@st.composite
def campaigns(draw: st.DrawFn, *, count: int = 4) -> list[CampaignFacts]:
    drawn = draw(st.lists(rulesets(), min_size=1, max_size=count))
    return [
        CampaignFacts(
            id=number,
            ruleset_id=number,
            ruleset=each,
            limits=tuple(draw(st.lists(limits, max_size=2))),
        )
        for number, each in enumerate(drawn, 1)
    ]


applications = st.builds(
    ApplicationFacts,
    id=st.just(1),
    is_cascading=st.booleans(),
    allows_partial=st.booleans(),
    caps_discounts=st.booleans(),
)


def program_of(application: ApplicationFacts, facts: list[CampaignFacts]) -> Program:
    return build_program(application, facts)


programs = st.builds(program_of, applications, campaigns())


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    profile = draw(
        st.builds(
            ProfileFacts,
            integration_id=st.just("ann"),
            id=st.just(5),
            created=st.just(NOW),
            closed_sessions=st.integers(0, 2),
            total_sales=cents,
            attributes=st.fixed_dictionaries(
                {}, optional={"tier": st.sampled_from(["gold", "silver", True, Decimal(1)])}
            ),
        )
    )
    coupon = draw(st.builds(CouponFacts, id=st.just(9), campaign_id=st.integers(1, 3), value=st.just("CODE"),
                            discount_limit=st.one_of(st.none(), cents)))  # fmt: skip
    codes = draw(st.sampled_from([(), ("CODE",), ("NOPE", "CODE")]))
    session = SessionFacts(
        integration_id="s", id=3, created=NOW, updated=NOW, lines=draw(carts), coupon_codes=list(codes),
        state=draw(st.sampled_from(["open", "closed"])),
        attributes=draw(st.fixed_dictionaries({}, optional={"mark": st.sampled_from(["gold", "x", False])})),
    )  # fmt: skip
    return Snapshot(
        now=NOW,
        seed="seed",
        session=session,
        profile=draw(st.one_of(st.none(), st.just(profile))),
        event=EventFacts(
            types=("talon_session_closed",) if session.state == "closed" else ("x",), created=NOW
        ),
        store=draw(st.one_of(st.none(), st.just(StoreFacts(id=1, integration_id="s1")))),
        coupons={code: coupon if code == "CODE" else None for code in codes},
        giveaway_pools={2: GiveawayPoolFacts(id=2, name="pool", free=[(1, "x")])},
        loyalty={
            "club": LoyaltyProgramFacts(
                program=club(7, "club"), subledgers={"": LoyaltyBalanceFacts(current=Decimal(15))}
            )
        },
        achievements={"steps": AchievementFacts(id=8, name="steps", target=Decimal(2))},
        audiences={4: "club"},
    )
