"""Jobs, real processes that do them, and what is said of those that fail. Nothing is downloaded."""

import textwrap

import pytest

from benchmarks.peers.catalogue import PEERS, Package, Peer
from benchmarks.peers.drive import do_job
from benchmarks.peers.in_process import Conditions, measure
from benchmarks.peers.install import PeerError, install
from benchmarks.peers.over_http import Load, measure_peer
from benchmarks.peers.workload import content
from benchmarks.workload import generate

OURS = [peer for peer in PEERS if peer.runtime == "here"]

SERVER = """
    import json, sys
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    job = json.load(open(sys.argv[1]))


    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            cart = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            hits, cents = [], 0
            for promotion in job["workload"]["promotions"]:
                lines = [item for item in cart["items"] if item["category"] == promotion["category"]]
                if lines and cart["subtotal"] >= promotion["minimum"]:
                    hits.append(promotion["id"])
                    cents += sum(line["total"] for line in lines) * promotion["percent"] / 100
            body = json.dumps({"hits": hits[LOST:], "discount": cents / 100}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass


    ThreadingHTTPServer(("127.0.0.1", job["port"]), Handler).serve_forever()
"""


@pytest.fixture
def peer_of(tmp_path):
    """A peer whose driver is this program."""

    def make(program: str) -> Peer:
        driver = tmp_path / "driver.py"
        driver.write_text(textwrap.dedent(program), encoding="utf-8")
        return Peer(
            name="ad hoc", title="Ad hoc", runtime="here", driver=str(driver), includes="what it says"
        )

    return make


@pytest.mark.parametrize("peer", OURS, ids=lambda peer: peer.name)
def test_our_own_drivers_answer_right(peer, tmp_path) -> None:
    cell = measure(peer, (10, 10), Conditions(tmp_path, 0.01, 60), None)
    assert (cell.failure, cell.problems) == ("", [])
    assert 0 < cell.median <= cell.p99
    assert cell.runs >= 2


def test_sizes_out_of_a_peers_reach_are_not_run(tmp_path, peer_of) -> None:
    peer = peer_of("raise SystemExit(3)")
    cells = [measure(peer, size, Conditions(tmp_path, 0.01, 60), None) for size in ((1, 1), (10, 10))]
    assert [cell.failure for cell in cells] == ["not run", "exit status 3: "]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("raise ValueError('no such rule')", "exit status 1: .*no such rule"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by SIGSEGV"),
        ("pass", "exit status 0"),
    ],
)
def test_a_driver_that_fails_is_told_with_its_last_words(peer_of, tmp_path, program, said) -> None:
    with pytest.raises(PeerError, match=said):
        do_job(peer_of(program), tmp_path, {}, bound=30)


def test_a_driver_that_takes_too_long_is_ended(peer_of, tmp_path) -> None:
    with pytest.raises(PeerError, match="more than 1 s"):
        do_job(peer_of("import threading; threading.Event().wait()"), tmp_path, {}, bound=1)


def test_a_driver_gets_the_workload_and_its_answer_comes_back(peer_of, tmp_path) -> None:
    peer = peer_of(
        """
        import json, sys
        job = json.load(open(sys.argv[1]))
        json.dump({"promotions": len(job["workload"]["promotions"])}, open(job["result"], "w"))
        """
    )
    answer = do_job(peer, tmp_path, {"workload": content(generate(10, 100))}, bound=30)
    assert answer == {"promotions": 100}


@pytest.mark.parametrize(("lost", "problems"), [(0, 0), (1, 1)])
def test_a_server_is_measured_and_its_answer_checked(peer_of, tmp_path, lost, problems) -> None:
    figures = measure_peer(peer_of(SERVER.replace("LOST", str(lost))), tmp_path, Load(2, 0.1), None)
    assert figures.failure == ""
    assert figures.per_second > 0
    assert 0 < figures.p50 <= figures.p99
    assert len(figures.problems) == problems


def test_a_server_that_ends_is_told(peer_of, tmp_path) -> None:
    figures = measure_peer(peer_of("raise SystemExit(4)"), tmp_path, Load(2, 0.1), None)
    assert figures.failure == "its server ended with exit status 4"


def test_a_package_that_cannot_be_fetched_is_told(peer_of, tmp_path) -> None:
    package = Package("absent", (f"absent @ file://{tmp_path}/absent-1-py3-none-any.whl",), "none")
    peer = Peer(name="absent", title="", runtime="python", driver="", includes="", package=package)
    with pytest.raises(PeerError, match="`python` failed"):
        install(peer, tmp_path)
