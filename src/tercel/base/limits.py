"""A limit on everything, in one place.

Each constant is tested at its edge and listed in docs/limits.md. Limits that the wire contract states are marked
(contract); the others are ours.
"""

from decimal import Decimal

# Sessions
CART_LINES_MAX = 1_000  # (contract) lines of a cart, and of a return
CART_UNITS_MAX = 10_000  # (contract) sum of quantities
IDENTIFIERS_MAX = 5  # (contract) of a session
VARIANT_ALLOCATIONS_MAX = 100  # of a session
LOYALTY_CARDS_MAX = 1  # (contract) of a session
COUPON_CODES_MAX = 100  # of a session
ADDITIONAL_COSTS_MAX = 100  # of a session, and of each line
EVALUABLE_CAMPAIGNS_MAX = 1_000  # campaigns that a request is narrowed to
PROFILES_PER_CALL_MAX = 1_000  # (contract) updated at once, or reserving a coupon
INTEGRATION_ID_LENGTH_MAX = 1_000  # (contract) ids that callers choose
REFERRAL_CODE_LENGTH_MAX = 100  # (contract) characters
COUPON_CODE_LENGTH_MAX = 200  # characters, with the prefix
TEXT_LENGTH_MAX = 4_000  # names, categories and other free texts of a request
AMOUNT_MAX = Decimal(10) ** 15  # prices and costs, either sign
AMOUNT_DIGITS_MAX = 12  # fractional digits kept
IDEMPOTENCY_KEY_LENGTH_MAX = 255  # (contract)
IDEMPOTENCY_HOURS = 24  # (contract) how long an answer is replayed

# Attributes
ATTRIBUTES_PER_ENTITY_MAX = 1_000  # sent in one request for one entity
ATTRIBUTE_TEXT_LENGTH_MAX = 64 * 1024  # characters of a value
ATTRIBUTE_LIST_LENGTH_MAX = 1_000  # elements of a value
SUGGESTIONS_MAX = 10_000  # of a definition
ALLOWED_ITEMS_PER_ACCOUNT_MAX = (
    2_000_000  # values in imported lists together; every process holds those that bind
)
SUBSCRIPTIONS_MAX = 1_000  # applications or catalogs that a definition names

# Loyalty
POINTS_MAX = Decimal("999999999999.99")  # (contract) points of one addition or deduction, and of a tier
ACTIVATED_MAX = 1_000  # transactions that are activated at once, and ledgers that are emptied
SUBLEDGER_LENGTH_MAX = 64  # characters of the name of a subledger
TIERS_MAX = 100  # of a loyalty program
USERS_PER_CARD_MAX = 10**9  # customers whom a program lets share a card
CARD_IDENTIFIER_LENGTH_MIN = 4  # (contract) characters
CARD_IDENTIFIER_LENGTH_MAX = 108  # (contract) characters
CARDS_PER_CALL_MAX = 20_000  # (contract) cards made in one call
CARD_PROFILES_MAX = 1_000  # customers who share a card, also where the program sets no limit
DURATION_YEARS_MAX = 1_000  # that points wait or live, that a tier lasts, and that a period of a rule is long

# Management
PAGE_SIZE_MAX = 10_000  # rows of a list; the contract says 1,000, and programs ask for more
SKIP_MAX = 10_000_000  # rows that a list leaves out
NAME_LENGTH_MAX = 1_000  # names of campaigns, rules, keys and the like
TAGS_MAX = 50  # (contract) of a campaign
TAG_LENGTH_MAX = 50  # (contract) characters
LIMITS_PER_CAMPAIGN_MAX = 100  # budgets of a campaign, and limits of a coupon
COUPONS_PER_CALL_MAX = 20_000  # codes made in one call
COUPONS_WITH_PREFIX_PER_CALL_MAX = 200_000  # (contract) codes made in one call with `uniquePrefix`
RECIPIENTS_PER_CALL_MAX = 1_000  # (contract) one coupon each
ADVOCATES_PER_CALL_MAX = 1_000  # (contract) one referral each
VALID_CHARACTERS_MAX = 1_000  # of a pattern
SEARCHED_IDS_MAX = 1_000  # ids of one kind in a search of customers
COUPON_CODE_LENGTH_MIN = 4  # (contract) characters, with the prefix; of referral codes too
COUPON_PATTERN_LENGTH_MIN = 3  # (contract) characters
COUPON_PATTERN_LENGTH_MAX = 100  # (contract) characters
USAGE_LIMIT_MAX = 999_999  # (contract) uses of a code
DISCOUNT_LIMIT_MAX = Decimal(10) ** 15  # (contract) money of a code or a budget
LINKED_STORES_MAX = 50  # (contract) of a campaign
GROUPS_PER_APPLICATION_MAX = 200  # groups of the evaluation tree, beside the base group
GROUP_DEPTH_MAX = 2  # (contract) levels of groups below the base group
STORE_LIMITS_PER_BUDGET_MAX = 1_000  # stores in one call
WEBHOOK_HEADERS_MAX = 50  # of a webhook
TEMPLATE_PARAMETERS_MAX = 100  # of a webhook or custom effect
STORE_NAME_LENGTH_MAX = 200  # (contract) characters
VARIANT_NAME_LENGTH_MAX = 255  # (contract) characters, of an experiment
KEY_ENDPOINTS_MAX = 1_000  # endpoints, and applications, that a management key is for
EMAIL_LENGTH_MAX = 320  # characters of a user's address
PASSWORD_LENGTH_MIN = 12  # characters; and it must not be the address
PASSWORD_LENGTH_MAX = 1_000  # characters

# Jobs
COUPONS_PER_JOB_MAX = 5_000_000  # (contract) codes made by one job
JOBS_PENDING_MAX = 100  # of an application, waiting or running
JOB_ATTEMPTS_MAX = 10  # to go on after an interruption
JOB_DAYS = 90  # how long a finished job can be looked at

# Files
IMPORTED_CODE_LENGTH_MIN = 3  # characters of a code that comes in a file
IMPORT_BYTES_MAX = 64 * 1024 * 1024  # of a file that is imported, with the form around it
IMPORT_LINES_MAX = 500_000  # of a file
IMPORT_CELL_LENGTH_MAX = 64 * 1024  # characters of a cell
REFUSED_LINES_SHOWN_MAX = 100  # of a file that cannot be accepted; the others are counted
FORM_PARTS_MAX = 10  # of the form that a file comes in
FORM_HEAD_BYTES_MAX = 4 * 1024  # of the head of such a part
IMPORTS_MAX = 2  # of a process at once; beyond this the answer is 503 with Retry-After
EXPORTS_MAX = 4  # of a process at once; beyond this the answer is 503 with Retry-After

# HTTP
BODY_BYTES_MAX = 4 * 1024 * 1024  # of a request; decoding one holds up all others of its process
BODIES_BYTES_MAX = (
    256 * 1024 * 1024
)  # of all larger requests of a process, as they arrive and as they are decoded
PUBLIC_BODY_BYTES_MAX = 16 * 1024  # of a request that needs no key
CONNECTIONS_MAX = 4_096  # of a process; beyond this the answer is 503 with Retry-After
HEADERS_MAX = 100  # of a request
HEAD_BYTES_MAX = 32 * 1024  # of the path and all headers of a request
PIPELINED_REQUESTS_MAX = (
    32  # of one connection that wait for the answer to the one before; further ones are read later
)
RECEIVE_SECONDS_MAX = 20  # for a request to arrive, and longer in proportion to what did
RECEIVE_BYTES_PER_SECOND_MIN = 16 * 1024  # at which the rest must arrive
SEND_SECONDS_MAX = 60  # for which a client may read nothing of its answer
JSON_DEPTH_MAX = 128  # levels of lists and objects in a body
JSON_VALUES_MAX = 100_000  # values in a body: its commas and opening brackets
IGNORED_NAMES_LENGTH_MAX = 1_000  # characters of the header that names what was ignored
REQUESTS_WAITING_MAX = 2_048  # beyond this the answer is 503 with Retry-After
IN_LINE_MAX = 64  # requests of one session or profile, the one that runs included
IN_LINE_SECONDS_MAX = 1  # that a request waits for others of its session or profile
PASSWORDS_WAITING_MAX = 64  # log-ins of a process that wait; beyond this the answer is 503 with Retry-After
LOG_INS_PER_EMAIL_AND_ADDRESS_MAX = 10  # that fail within five minutes; beyond these three the answer is 429
LOG_INS_PER_EMAIL_MAX = 50  # from anywhere
LOG_INS_PER_ADDRESS_MAX = 50  # of any account, from one network

# Rule language
EXPRESSION_DEPTH_MAX = 64  # levels
NAMED_DEPTH_MAX = 300  # levels of a named expression with the named expressions that it reads
EXPRESSION_NODES_MAX = 5_000  # nodes of one expression
LAYOUT_LENGTH_MAX = 200  # characters of a layout of times
STRING_LENGTH_MAX = 64 * 1024  # characters of a literal or a result
LIST_LENGTH_MAX = 10_000  # elements of a result
VALUE_DEPTH_MAX = 128  # levels of lists and maps in a value that is compared or becomes part of an effect
STEPS_MAX = 1_000_000  # of one evaluation: one for each node, more for what walks texts and lists
STEPS_PER_CAMPAIGN_MAX = 500_000  # of these, for one campaign with all of its coupons
PROCESSOR_SECONDS_MAX = 5.0  # of one evaluation; a net below the steps, which end first on any usual machine
PROCESSOR_SECONDS_UNMEASURED = 1.0  # of them, at the beginning: the time that passes counts instead
STEPS_PER_CLOCK_CHECK = 4_000  # steps between two looks at the processor time
EFFECTS_MAX = 20_000  # of one evaluation
EFFECTS_TEXT_LENGTH_MAX = 4_000_000  # characters in the effects of one evaluation and its webhook requests
ERRORS_TOLD_MAX = 1_000  # effects `error` of one evaluation, which tell what failed beside the effects
ERROR_LENGTH_MAX = 1_000  # characters of one of them, and of why a rule failed
SENTENCE_LENGTH_MAX = 500  # characters of an expression in words, where an evaluation is explained
VALUE_LENGTH_MAX = 200  # characters of a value there
REPEAT_MAX = 1_000  # repetitions, and free items at once
RULES_PER_RULESET_MAX = 200
BINDINGS_MAX = 200  # of a rule set
EFFECTS_PER_RULE_MAX = 200
CHECK_ERRORS_MAX = 100  # problems listed in one answer
RULESET_NODES_MAX = 100_000  # nodes of all expressions of a rule set
LINT_STEPS_MAX = 20_000  # steps of reasoning about one rule set; then the linter tells what it found so far

# Pipeline
BATCH_COMMANDS_MAX = 64  # commands in one transaction
BATCH_ATTEMPTS_MAX = 5  # before a batch is split
COSTLY_DECISION_SECONDS = (
    0.05  # for which a decision is made that is made again alone, once its batch was lost
)
BATCHES_IN_FLIGHT_MAX = 2  # of one process: one is decided while the other waits for the database

# Time
WAITING_SECONDS_MAX = 10  # that a command waits for its turn; then nothing was done
BATCH_SECONDS_MAX = 10  # of a batch with all its attempts
BATCH_HELD_BACK_SECONDS_MAX = 0.05  # that few commands wait for a larger batch, before they start beside it
READINESS_SECONDS_MAX = 2  # that the database may take to answer before a process says that it is not ready
CALLER_SECONDS_MAX = 10  # to find out who is behind a key
TRANSACTION_SECONDS_MAX = 120  # of everything else that asks the database
EXPORT_SECONDS_MAX = 900  # of a file that goes out, however slowly its reader takes it

# Processes
WORKER_STUCK_SECONDS_MAX = 10  # of processor time for which the event loop of a worker does not go round
WORKER_SILENT_SECONDS_MAX = 30  # for which it does not while the worker only waits, and its supervisor runs
WORKER_START_SECONDS_MAX = 60  # until the event loop of a new worker goes round
