"""What references are called in these tests."""

from tercel.rules.blocks.forms import Names

NAMES = Names(
    {
        "audiences": [{"id": 4, "name": "Travellers", "integration": "mparticle", "integrationId": "m-4"}],
        "programs": [{"id": 3, "name": "stars", "title": "Stars"}],
        "achievements": [{"id": 9, "name": "ten", "title": "Ten orders", "target": 10}],
        "pools": [{"id": 6, "name": "Tickets"}],
        "webhooks": [{"id": 1, "title": "Tell the shop"}],
        "customEffects": [{"id": 2, "name": "mail", "title": "Send mail"}],
        "additionalCosts": [{"id": 42, "name": "shipping", "title": "Shipping"}],
        "attributes": [
            {"entity": "CustomerProfile", "name": "City", "id": 100, "title": "Home town", "type": "string"},
            {"entity": "CartItem", "name": "brand", "id": 101, "title": "Brand", "type": "string"},
            {"entity": "CartItem", "name": "since", "id": 102, "title": "Since", "type": "time"},
        ],
    }
)
