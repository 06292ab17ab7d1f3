"""Where sites are started."""

import socket

from project.compare.servers import HOST, free_ports


def test_a_free_port_is_given_once_and_whoever_asked_may_listen_there():
    ports = [next(free_ports()) for _ in range(500)]
    assert len(set(ports)) == len(ports)
    with socket.create_server((HOST, ports[0])):
        assert next(free_ports(ports[0])) != ports[0]
