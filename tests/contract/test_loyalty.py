"""Loyalty through the published client: programs, points by hand, balances and transactions."""

from datetime import UTC, datetime

import pytest
from talon_one import (
    ActivateLoyaltyPoints,
    AddLoyaltyPoints,
    DeductLoyaltyPoints,
    DeleteLoyaltyTransactionsRequest,
    GenerateLoyaltyCard,
    LoyaltyCardBatch,
    LoyaltyCardRegistration,
    TransferLoyaltyCard,
    UpdateLoyaltyCard,
)
from talon_one.exceptions import BadRequestException, ForbiddenException, NotFoundException

from tests.contract.client import integration_client
from tests.contract.conftest import Shop
from tests.loyalty.club import make_program
from tests.support.server import Server, make_application, make_integration_key


@pytest.fixture
def program(shop: Shop) -> int:
    """A program of the shop with a tier."""
    application = {"id": shop.id, "sandbox": False}
    made = make_program(shop.admin, application, tiers=[{"name": "Gold", "minPoints": 300}])
    return int(made["id"])


def test_programs_are_read(shop: Shop, program: int) -> None:
    read = shop.management.get_loyalty_program(program)
    assert (read.title, read.timezone, read.card_based) == ("Club", "Europe/Berlin", False)
    assert [(tier.name, tier.min_points, tier.program_id) for tier in read.tiers] == [("Gold", 300, program)]
    assert program in [each.id for each in shop.management.get_loyalty_programs().data]
    with pytest.raises(NotFoundException):
        shop.management.get_loyalty_program(2**40)


def test_points_are_added_deducted_and_read(shop: Shop, program: int) -> None:
    name = f"member of {shop.id}"
    later = datetime(2099, 1, 1, tzinfo=UTC)
    shop.management.add_loyalty_points(str(program), name, AddLoyaltyPoints(points=10.5, validUntil=later))
    shop.management.add_loyalty_points(
        str(program), name, AddLoyaltyPoints(points=2, subledgerId="fuel", pendingDuration="on_action")
    )
    shop.management.remove_loyalty_points(str(program), name, DeductLoyaltyPoints(points=0.5, name="Gift"))
    with pytest.raises(BadRequestException):
        shop.management.remove_loyalty_points(str(program), name, DeductLoyaltyPoints(points=11))
    for balances in (
        shop.management.get_loyalty_ledger_balances(program, name),
        shop.integration.get_loyalty_balances(program, name),
    ):
        assert (balances.balance.active_points, balances.balance.spent_points) == (10, 0.5)
        assert balances.subledger_balances["fuel"].pending_points == 2
    for listed in (
        shop.management.get_loyalty_program_transactions(program),
        shop.management.get_loyalty_program_profile_ledger_transactions(program, name),
        shop.integration.get_loyalty_program_profile_transactions(program, name),
    ):
        assert [(each.type, each.amount, each.start_date) for each in listed.data] == [
            ("subtraction", 0.5, "immediate"),
            ("addition", 2, "on_action"),
            ("addition", 10.5, "immediate"),
        ]
    [waiting] = shop.integration.get_loyalty_program_profile_points(program, name, status="pending").data
    assert (waiting.subledger_id, waiting.amount, waiting.validity_duration) == ("fuel", 2, "unlimited")
    with pytest.raises(NotFoundException):
        shop.integration.get_loyalty_balances(program, "nobody there")
    activated = shop.integration.activate_loyalty_points(
        program, ActivateLoyaltyPoints(transactionUUIDs=[waiting.transaction_uuid])
    )
    assert [(entry.amount, entry.sub_ledger_id) for entry in activated.ledger_entries] == [(2, "fuel")]
    told = shop.integration.get_loyalty_balances(program, name, include_tiers=True)
    assert (told.balance.current_tier, told.balance.next_tier_name) == (None, "Gold")
    request = DeleteLoyaltyTransactionsRequest(scope="AllSubledgers")
    shop.integration.delete_loyalty_transactions_from_ledgers(program, name, request)
    assert shop.integration.get_loyalty_program_profile_transactions(program, name).data == []


def test_a_program_is_read_by_connected_applications_only(server: Server, shop: Shop, program: int) -> None:
    key = make_integration_key(shop.admin, make_application(shop.admin)["id"])
    with pytest.raises(ForbiddenException):
        integration_client(server.url, key).get_loyalty_balances(program, "ann")


def test_files_go_out(shop: Shop, program: int) -> None:
    name, ever = f"member of {shop.id}", (datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))
    shop.management.add_loyalty_points(str(program), name, AddLoyaltyPoints(points=7.25))
    log = shop.management.export_loyalty_ledger(*ever, str(program), name)
    assert f"{name},,,,{program},addition," in log
    line = f"{program},,{name},7.25,0,0,0,"
    assert line in shop.management.export_loyalty_balances(str(program), end_date=ever[1])
    with pytest.warns(DeprecationWarning, match="deprecated"):
        assert line in shop.management.export_loyalty_balance(str(program), end_date=ever[1])


def test_cards_are_made_linked_and_handed_on(shop: Shop) -> None:
    settings = {"couponPattern": "C-######", "validCharacters": ["A", "B", "C"]}
    application = {"id": shop.id, "sandbox": False}
    program = int(make_program(shop.admin, application, cardBased=True, cardCodeSettings=settings)["id"])
    name = f"member of {shop.id}"
    made = shop.integration.generate_loyalty_card(program, GenerateLoyaltyCard(customerProfileIds=[name]))
    assert (made.status, made.ledger.current_balance, made.subledgers) == ("active", 0, {})
    assert [each.integration_id for each in made.profiles] == [name]
    other = LoyaltyCardRegistration(integrationId=f"other {name}")
    linked = shop.integration.link_loyalty_card_to_profile(program, made.identifier, other)
    assert len(linked.profiles) == 2
    left = shop.integration.unlink_loyalty_card_from_profile(program, made.identifier, other)
    assert len(left.profiles) == 1

    batch = shop.management.create_batch_loyalty_cards(
        program, LoyaltyCardBatch(numberOfCards=3, status="inactive")
    )
    assert batch.number_of_cards_generated == 3
    listed = shop.management.get_loyalty_cards(program, sort="identifier", batch_id=batch.batch_id)
    assert [each.status for each in listed.data] == ["inactive"] * 3
    changed = shop.management.update_loyalty_card(
        program, made.identifier, UpdateLoyaltyCard(status="inactive", blockReason="lost")
    )
    assert changed.block_reason == "lost"
    shop.management.transfer_loyalty_card(
        program, made.identifier, TransferLoyaltyCard(newCardIdentifier="NEW-CARD")
    )
    read = shop.management.get_loyalty_card(program, "NEW-CARD")
    assert (read.status, read.old_card_identifier) == ("active", made.identifier)
    shop.management.delete_loyalty_card(program, "NEW-CARD")
    with pytest.raises(NotFoundException):
        shop.management.get_loyalty_card(program, "NEW-CARD")


def test_points_come_in(shop: Shop, program: int) -> None:
    name = f"member of {shop.id}"
    file = f"customerprofileid,amount,startdate,expirydate,subledgerid,reason\n{name},5,immediate,unlimited,,Gift\n"
    made = shop.management.import_loyalty_points(program, up_file=file, notifications_enabled=False)
    assert made.amount == 1
    [listed] = shop.management.get_loyalty_program_transactions(program).data
    assert (listed.import_id, listed.name, listed.amount) == (made.id, "Gift", 5)


def test_points_of_cards_are_added_deducted_and_read(shop: Shop) -> None:
    application = {"id": shop.id, "sandbox": False}
    program = int(make_program(shop.admin, application, cardBased=True)["id"])
    shop.integration.generate_loyalty_card(program, GenerateLoyaltyCard(cardIdentifier="CARD-7"))
    shop.management.add_loyalty_card_points(program, "CARD-7", AddLoyaltyPoints(points=10))
    shop.management.deduct_loyalty_card_points(program, "CARD-7", DeductLoyaltyPoints(points=4))
    balances = shop.integration.get_loyalty_card_balances(program, "CARD-7")
    assert (balances.balance.active_points, balances.balance.spent_points) == (6, 4)
    for listed in (
        shop.integration.get_loyalty_card_transactions(program, "CARD-7"),
        shop.management.get_loyalty_card_transaction_logs(program, "CARD-7"),
    ):
        assert [each.amount for each in listed.data] == [4, 10]
    assert [each.amount for each in shop.integration.get_loyalty_card_points(program, "CARD-7").data] == [6]
