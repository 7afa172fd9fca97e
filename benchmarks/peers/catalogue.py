"""The peers: what is fetched, how each is driven, and what its figure includes."""

from __future__ import annotations

from typing import Literal

import msgspec

from benchmarks.peers.meanings import ADDED, CATEGORY_ONLY, COMPOUNDING, RUNNING_TOTAL, Meaning
from benchmarks.peers.workload import Size

Runtime = Literal["here", "python", "node", "java"]
SIZES: tuple[Size, ...] = ((10, 10), (10, 100), (10, 1_000), (50, 100), (50, 1_000))


class Package(msgspec.Struct, frozen=True):
    """What a peer is fetched as: the first requirement is the engine itself, each pinned to a version."""

    directory: str
    requirements: tuple[str, ...]
    licence: str
    overrides: dict[str, str] = msgspec.field(default_factory=dict)


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """An engine as it is driven.

    ``name`` is what ``--only`` takes, ``includes`` and ``over_http`` say in words what its figures include. ``asgi`` is an
    application for Granian where the driver serves nothing itself, ``duel_driver`` what takes part in the duel.
    """

    name: str
    title: str
    runtime: Runtime
    driver: str
    includes: str
    package: Package | None = None
    variant: str = ""
    meaning: Meaning = ADDED
    sizes: tuple[Size, ...] = SIZES
    warm_up: float = 1.0
    needs_database: bool = False
    over_http: str = ""
    asgi: str = ""
    duel_driver: str = ""


_ZEN = Package("zen", ("zen-engine==2.1.3", "granian==2.8.7", "orjson==3.13.0"), "MIT")

#: Ours first: everything is compared with it.
PEERS = (
    Peer(
        name="tercel",
        title="Tercel",
        runtime="here",
        driver="tercel_driver.py",
        variant="engine",
        includes="rules, full effects, entries and discounted amounts",
    ),
    Peer(
        name="index",
        title="bare sums, Python with an index",
        runtime="here",
        driver="tercel_driver.py",
        variant="index",
        includes="the sum alone",
    ),
    Peer(
        name="function",
        title="bare sums, one Python function",
        runtime="here",
        driver="tercel_driver.py",
        variant="function",
        includes="the sum alone",
    ),
    Peer(
        name="drools",
        title="Drools",
        runtime="java",
        driver="DroolsDriver",
        package=Package("drools", ("drools_jpy==0.4.1",), "Apache 2.0"),
        includes="rules, compiled, with its indexes",
        warm_up=4.0,  # the virtual machine compiles what is hot
        over_http="the JDK's HTTP server, a thread per core; rules only",
    ),
    Peer(
        name="zen",
        title="zen, decision table",
        runtime="python",
        driver="zen_driver.py",
        package=_ZEN,
        variant="table",
        includes="rules",
        over_http="Granian, one worker; rules only",
        asgi="zen_server:app",
    ),
    Peer(
        name="zen-expressions",
        title="zen, expressions",
        runtime="python",
        driver="zen_driver.py",
        package=_ZEN,
        variant="expressions",
        includes="rules",
    ),
    Peer(
        name="vendure",
        title="Vendure, order calculator",
        runtime="node",
        driver="vendure.js",
        package=Package(
            "vendure",
            ("@vendure/core@3.7.3",),
            "GPL 3.0",
            overrides={
                "@graphql-tools/batch-execute": "^10.0.0"
            },  # what it asks for is missing in the registry
        ),
        includes="rules, taxes, totals",
        meaning=RUNNING_TOTAL,
        over_http="Node's HTTP server, one process; rules, taxes, totals",
    ),
    Peer(
        name="medusa",
        title="Medusa, promotion module",
        runtime="node",
        driver="medusa.js",
        package=Package(
            "medusa",
            (
                "@medusajs/promotion@2.21.2",
                "@medusajs/framework@2.21.2",
                "@medusajs/test-utils@2.21.2",
                "@medusajs/cli@2.21.2",
            ),
            "MIT",
        ),
        includes="rules, loaded from PostgreSQL for each cart",
        meaning=COMPOUNDING,
        sizes=SIZES[:4],
        needs_database=True,
        over_http="Node's HTTP server, one process; rules read from PostgreSQL, nothing written",
        duel_driver="medusa.js",
    ),
    Peer(
        name="oscar",
        title="django-oscar, applicator",
        runtime="python",
        driver="oscar_driver.py",
        package=Package("oscar", ("django-oscar==4.2.1", "psycopg[binary]==3.3.9"), "BSD 3-Clause"),
        includes="basket and offers loaded from SQLite in memory for each cart",
        meaning=CATEGORY_ONLY,
        sizes=SIZES[:4],
        warm_up=0.0,  # its own work is a thousand times what warming up saves
        duel_driver="oscar_duel.py",
    ),
)
