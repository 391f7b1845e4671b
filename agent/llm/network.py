"""The way to a model's server: proxies and certificates that the environment names, checked before use.

Loopback addresses are reached directly, whatever the environment says.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from agent.llm.errors import BadNetwork
from envs.text import plain

_PROXY_SCHEMES: Final = ("http", "https", "socks5", "socks5h")
_CERTIFICATES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and the environment variable that names it."""

    url: str
    variable: str

    def __repr__(self) -> str:
        return f"Proxy({self.variable})"  # the address may hold a password


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.9", "::1", "10.0.0.1", "host.example")]
    [True, True, True, False, False]
    """
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address is not None and (address.is_loopback or address.is_unspecified)


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        pass
    try:  # short forms such as 127.1
        return ipaddress.IPv4Address(socket.inet_aton(name)) if name[:1].isdigit() else None
    except OSError:
        return None


def proxy_for(url: str, environment: Mapping[str, str] | None = None) -> Proxy | None:
    """The proxy on the way to an address; None to go there directly.

    Raises:
        BadNetwork: the variable that names it holds no usable address, or a package is missing.
    """
    known = os.environ if environment is None else environment
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or _excepted(host, parts.port, known):
        return None
    names = ("openai_proxy", f"{parts.scheme}_proxy", "all_proxy")
    for variable in (spelled for name in names for spelled in (name, name.upper())):
        if value := known.get(variable, "").strip():
            return Proxy(_proxy_url(value, variable), variable)
    return None


def _excepted(host: str, port: int | None, environment: Mapping[str, str]) -> bool:
    """Whether ``NO_PROXY`` names a host, one of its parent domains, or a network that it lies in."""
    listed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
    address = _address(host)
    for entry in (part.strip().lower() for part in listed.split(",")):
        name = entry.rpartition("://")[2].removeprefix("*").removeprefix(".")
        if entry == "*" or (name and f".{host}".endswith((f".{name}", f".{name.removesuffix(f':{port}')}"))):
            return True
        if address is not None and _holds(name, address):
            return True
    return False


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network.strip("[]"), strict=False)
    except ValueError:
        return False


def _proxy_url(value: str, variable: str) -> str:
    url = value if "://" in value else f"http://{value}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PROXY_SCHEMES and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in url):
        raise BadNetwork(
            f"the environment variable {variable} does not hold the address of a proxy; expected one such as "
            "http://host:port or socks5://host:port. Set it right, unset it, or list the model's server in "
            "NO_PROXY"
        )
    if parts.scheme.startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise BadNetwork(
            f"the environment variable {variable} names a SOCKS proxy, for which a package is missing; "
            "install it with: pip install socksio. Or unset the variable, or list the model's server in "
            "NO_PROXY"
        )
    return url


def certificates(environment: Mapping[str, str] | None = None) -> ssl.SSLContext | None:
    """Trust in the certificates that the environment names; None where it names none.

    Raises:
        BadNetwork: a variable names a file or folder that is missing, or that holds no certificates.
    """
    known = os.environ if environment is None else environment
    for variable in _CERTIFICATES:
        if value := known.get(variable, "").strip():
            return _trust(Path(value), variable)
    return None


def _trust(path: Path, variable: str) -> ssl.SSLContext:
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=str(path))
        return ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        why = "there is no such file" if isinstance(error, FileNotFoundError) else "it cannot be read as that"
        raise BadNetwork(
            f"the environment variable {variable} names {plain(path)!r} as the file of trusted certificates, "
            f"and {why}; set it to a file of certificates (PEM), or unset it"
        ) from None


def check_network(environment: Mapping[str, str] | None = None) -> None:
    """Check all that the environment says about the way to a server, for clients that read it themselves.

    Raises:
        BadNetwork: see `proxy_for` and `certificates`.
    """
    for scheme in ("http", "https"):
        proxy_for(f"{scheme}://model.invalid", environment)
    certificates(environment)
