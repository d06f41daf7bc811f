"""Connections that end in time and, where that is wanted, lead to public addresses only."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from functools import partial

SILENT_SECONDS = 20.0  # for which nothing comes
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddressError(OSError):
    """What is asked for lies in a private network."""


class Deadline:
    """Ends the connections that are noted with it after so many seconds. Closed by leaving it."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._timer.cancel()

    def note(self, one: socket.socket) -> None:
        """Let a connection end as well."""
        self._sockets.append(one)
        if self.is_over:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        for one in self._sockets:
            with suppress(OSError):  # of the base class: that of a TLS connection would end it halfway
                socket.socket.shutdown(one, socket.SHUT_RDWR)


class _Connection(http.client.HTTPConnection):
    def __init__(self, host: str, timeout: float, *, deadline: Deadline, public_only: bool) -> None:
        super().__init__(host, timeout=timeout)
        self._deadline, self._public_only = deadline, public_only

    def connect(self) -> None:
        """Connect."""
        if self._public_only:
            self.sock = _public_socket(self.host, self.port)
        else:
            super().connect()
        self._deadline.note(self.sock)


class _TLSConnection(http.client.HTTPSConnection):
    def __init__(self, host: str, timeout: float, *, deadline: Deadline, public_only: bool) -> None:
        self._trusted = ssl.create_default_context()
        super().__init__(host, timeout=timeout, context=self._trusted)
        self._deadline, self._public_only = deadline, public_only

    def connect(self) -> None:
        """Connect, to nobody but whom the certificate names."""
        if self._public_only:
            plain = _public_socket(self.host, self.port)
            self._deadline.note(plain)
            self.sock = self._trusted.wrap_socket(plain, server_hostname=self.host)
        else:
            super().connect()
        self._deadline.note(self.sock)


class _Handler(urllib.request.HTTPHandler):
    def __init__(self, make: Callable[..., http.client.HTTPConnection]) -> None:
        super().__init__()
        self._make = make

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """What the host answers."""
        return self.do_open(self._make, request)


class _TLSHandler(urllib.request.HTTPSHandler):
    def __init__(self, make: Callable[..., http.client.HTTPConnection]) -> None:
        super().__init__()
        self._make = make

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        """What the host answers."""
        return self.do_open(self._make, request)


def opener(deadline: Deadline, *, public_only: bool) -> urllib.request.OpenerDirector:
    """What asks for addresses of http and https and for no others, and follows no redirects.

    The proxies that the environment names are used unless public addresses only may be asked: of what a proxy asks for,
    nothing can be told.
    """
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler({} if public_only else None),
        _Handler(partial(_Connection, deadline=deadline, public_only=public_only)),
        _TLSHandler(partial(_TLSConnection, deadline=deadline, public_only=public_only)),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        made.add_handler(handler)
    return made


def _public_socket(host: str, port: int) -> socket.socket:
    """A connection to the very address that was found to be public: a name may lead elsewhere a moment later. Raises
    PrivateAddressError where any of the host's is not."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not all(is_public(str(place[0])) for *_, place in found):
        raise PrivateAddressError(host)
    error: OSError | None = None
    for family, kind, protocol, _, place in found:
        one = socket.socket(family, kind, protocol)
        try:
            one.settimeout(SILENT_SECONDS)
            one.connect(place)
        except OSError as failed:
            one.close()
            error = failed
        else:
            return one
    raise error or OSError("the host has no address")


def is_public(address: str) -> bool:
    """Whether an IP address is one that all can reach: none of this machine, of a private network or of a link."""
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (one.teredo and one.teredo[1])
        if one in _NAT64:
            inner = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if inner:
            return is_public(str(inner))
        if one.is_site_local:
            return False
    return one.is_global and not one.is_multicast
