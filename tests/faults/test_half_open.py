"""Two hundred connections that send nothing, or half a request: others are served meanwhile, and the server hangs up."""

import socket
import time
from contextlib import ExitStack

from project.compare.servers import HOST
from schemes.story import VOTE
from tests.faults.crowd import LATE, SLOWER, crowd, reading, slowness, told

IDLE = b""
HALF_A_HEADER = b"GET /polls/api/questions/1/ HTTP/1.1\r\nHost: 127.0"
ANSWERED = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HALF_A_BODY = (
    b"POST /auth/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b'Content-Type: application/json\r\nContent-Length: 60\r\n\r\n{"username": "al'
)
TIMEOUT = 10
"""Seconds in which headers must be there (`project.compare.servers.SERVER`)."""


def test_others_are_served_while_two_hundred_connections_hang_and_the_server_hangs_up(serve):
    site = serve("token", workers=1)
    people = crowd(site, 4)
    voter, readers = people[0], people[1:]
    with reading(readers):
        time.sleep(1.5)
    alone = slowness(readers)
    with ExitStack() as stack:
        hanging = {
            kind: [stack.enter_context(socket.create_connection((HOST, site.port))) for _ in range(50)]
            for kind in (IDLE, HALF_A_HEADER, ANSWERED, HALF_A_BODY)
        }
        began = time.monotonic()
        for kind, connections in hanging.items():
            for connection in connections:
                connection.sendall(kind)
        with reading(readers):
            time.sleep(3)
            writes = voter.ask("PUT", VOTE, {"choice": 1})
        meanwhile = slowness(readers)
        for kind in (IDLE, HALF_A_HEADER, ANSWERED):
            for connection in hanging[kind]:
                assert _ends(connection, began + TIMEOUT + 10), kind
        closed = time.monotonic() - began
    deadline = time.monotonic() + 10
    while voter.ask("PUT", VOTE, {"choice": 1}) != 200:
        assert time.monotonic() < deadline
    voter.line.close()
    print(
        f"200 connections that hang: reads {1000 * alone[0]:.0f} ms alone, {1000 * meanwhile[0]:.0f} ms meanwhile; one of a "
        f"hundred {1000 * alone[1]:.0f} and {1000 * meanwhile[1]:.0f} ms. A vote was {writes} while bodies that never "
        f"come held all places, and 200 when they left. Those without a whole header were closed within {closed:.0f} s."
    )
    assert set(told(readers)) == {200}
    assert writes == 503
    assert meanwhile[0] < alone[0] * SLOWER
    assert meanwhile[1] < LATE
    assert closed < TIMEOUT + 5


def _ends(connection: socket.socket, deadline: float) -> bool:
    """Whether the server closes it in time."""
    connection.settimeout(max(deadline - time.monotonic(), 0.1))
    try:
        while connection.recv(4096):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True
