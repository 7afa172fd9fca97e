"""A limit on everything, in one place.

Each constant is tested at its edge and listed in docs/limits.md. Limits that the wire contract states are marked
(contract); the others are ours.
"""

from decimal import Decimal

# Sessions
CART_LINES_MAX = 1_000  # (contract)
CART_UNITS_MAX = 10_000  # (contract) sum of quantities
IDENTIFIERS_MAX = 5  # (contract)
LOYALTY_CARDS_MAX = 1  # (contract)
COUPON_CODES_MAX = 100
ADDITIONAL_COSTS_MAX = 100
EVALUABLE_CAMPAIGNS_MAX = 1_000
PROFILES_PER_CALL_MAX = 1_000  # (contract) updated at once, or reserving a coupon
INTEGRATION_ID_LENGTH_MAX = 1_000  # (contract)
REFERRAL_CODE_LENGTH_MAX = 100  # (contract)
COUPON_CODE_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 4_000  # names, categories and other free texts of a request
AMOUNT_MAX = Decimal(10) ** 15  # prices and costs, either sign
AMOUNT_DIGITS_MAX = 12  # fractional digits kept
IDEMPOTENCY_KEY_LENGTH_MAX = 255  # (contract)
IDEMPOTENCY_HOURS = 24  # (contract)

# Attributes
ATTRIBUTES_PER_ENTITY_MAX = 1_000
ATTRIBUTE_TEXT_LENGTH_MAX = 64 * 1024
ATTRIBUTE_LIST_LENGTH_MAX = 1_000
SUGGESTIONS_MAX = 10_000
SUBSCRIPTIONS_MAX = 1_000  # applications or catalogs that a definition names

# Management
PAGE_SIZE_MAX = 1_000  # (contract)
SKIP_MAX = 10_000_000
NAME_LENGTH_MAX = 1_000
TAGS_MAX = 50  # (contract)
TAG_LENGTH_MAX = 50  # (contract)
LIMITS_PER_CAMPAIGN_MAX = 100
COUPONS_PER_CALL_MAX = 20_000
COUPONS_WITH_PREFIX_PER_CALL_MAX = 200_000  # (contract)
RECIPIENTS_PER_CALL_MAX = 1_000  # (contract)
ADVOCATES_PER_CALL_MAX = 1_000  # (contract)
VALID_CHARACTERS_MAX = 1_000
SEARCHED_IDS_MAX = 1_000  # ids of one kind in a search of customers
COUPON_CODE_LENGTH_MIN = 4  # (contract)
COUPON_PATTERN_LENGTH_MIN = 3  # (contract)
COUPON_PATTERN_LENGTH_MAX = 100  # (contract)
USAGE_LIMIT_MAX = 999_999  # (contract)
DISCOUNT_LIMIT_MAX = Decimal(10) ** 15  # (contract)
LINKED_STORES_MAX = 50  # (contract)
STORE_LIMITS_PER_BUDGET_MAX = 1_000

# HTTP
BODY_BYTES_MAX = 16 * 1024 * 1024
JSON_DEPTH_MAX = 128
REQUESTS_WAITING_MAX = 2_048  # beyond this the answer is 503 with Retry-After
SAME_SESSION_IN_FLIGHT_MAX = 3  # (contract) one running, two waiting

# Rule language (rules.md 6)
EXPRESSION_DEPTH_MAX = 64
EXPRESSION_NODES_MAX = 5_000
STRING_LENGTH_MAX = 64 * 1024
LIST_LENGTH_MAX = 10_000
STEPS_MAX = 1_000_000
WALL_TIME_S_MAX = 0.5
STEPS_PER_CLOCK_CHECK = 1_000
EFFECTS_MAX = 20_000
REPEAT_MAX = 1_000
RULES_PER_RULESET_MAX = 200
BINDINGS_MAX = 200
EFFECTS_PER_RULE_MAX = 200
CHECK_ERRORS_MAX = 100

# Pipeline
BATCH_COMMANDS_MAX = 64
BATCH_ATTEMPTS_MAX = 5
BATCHES_IN_FLIGHT_MAX = 4
