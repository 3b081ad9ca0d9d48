"""System: the tables of hostile bytes: heads, frames of bodies, addresses, headers of bodies."""

import gzip
from collections.abc import Mapping

from tests.system.raw import head

EVENTS = b"/v1/events?after=0"
PEOPLE = b"/v1/participants"
CANARY = b"Zq7canary"

HEADS: Mapping[str, bytes] = {
    # whatever stands for the target is replaced by an address that would answer
    "no host": head(b"GET", EVENTS, host=None),
    "two hosts": head(b"GET", EVENTS, b"Host: other.test"),
    "the same host twice": head(b"GET", EVENTS, b"Host: concord.test"),
    "a host of two words": head(b"GET", EVENTS, host=b"concord test"),
    "a host with a path": head(b"GET", EVENTS, host=b"concord.test/x"),
    "a host with a user": head(b"GET", EVENTS, host=b"a@concord.test"),
    "a host beyond ASCII": head(b"GET", EVENTS, host="concörd".encode()),
    "lines that end with LF alone": head(b"GET", EVENTS).replace(b"\r\n", b"\n"),
    "a header over two lines": head(b"GET", EVENTS, b"X-A: a\r\n b"),
    "a space before the colon": head(b"GET", EVENTS, b"X-A : a"),
    "a header without a name": head(b"GET", EVENTS, b": a"),
    "a header without a colon": head(b"GET", EVENTS, b"Zq7canary"),
    "NUL in a header": head(b"GET", EVENTS, b"X-A: a\x00Zq7canary"),
    "a carriage return in a header": head(b"GET", EVENTS, b"X-A: a\rZq7canary"),
    "a name beyond ASCII": head(b"GET", EVENTS, "X-é: a".encode()),
    "a method in small letters": head(b"get", EVENTS),
    "a method that there is not": head(b"BREW", EVENTS),
    "no version": b"GET " + EVENTS + b"\r\n\r\n",
    "a version to come": head(b"GET", EVENTS, version=b"HTTP/2.0"),
    "a version that there is not": head(b"GET", EVENTS, version=b"HTTP/9.9"),
    "another protocol's name": head(b"GET", EVENTS, version=b"ICY/1.0"),
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a TLS greeting": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40) + b"\r\n\r\n",
    "no target": head(b"GET", b""),
    "a target without a slash": head(b"GET", b"v1/events"),
    "a target that is a query": head(b"GET", b"?after=0"),
    "the target of a tunnel": head(b"CONNECT", b"concord.test:443"),
    "NUL in the target": head(b"GET", b"/v1/ev\x00ents"),
    "UTF-8 in the target": head(b"GET", "/v1/é".encode()),
    "bytes in the query": head(b"GET", EVENTS + b"\xff"),
    "a space in the target": head(b"GET", b"/v1/a b"),
    "a transfer coding in HTTP/1.0": head(
        b"GET", EVENTS, b"Transfer-Encoding: chunked", version=b"HTTP/1.0"
    )
    + b"0\r\n\r\n",
}

FRAMES: Mapping[str, tuple[tuple[bytes, ...], bytes]] = {
    # of a body that would be read by two parties as two bodies; name: (headers, body)
    "a length and chunks": (
        (b"Content-Length: 2", b"Transfer-Encoding: chunked"),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "two lengths": ((b"Content-Length: 2", b"Content-Length: 3"), b"{} "),
    "the same length twice": ((b"Content-Length: 2", b"Content-Length: 2"), b"{}"),
    "a list of lengths": ((b"Content-Length: 2, 2",), b"{}"),
    "a length with a sign": ((b"Content-Length: +2",), b"{}"),
    "a length below zero": ((b"Content-Length: -1",), b"{}"),
    "a length in hexadecimal": ((b"Content-Length: 0x2",), b"{}"),
    "a length that no integer holds": ((b"Content-Length: " + b"9" * 40,), b"{}"),
    "a coding that there is not": ((b"Transfer-Encoding: xchunked",), b"2\r\n{}\r\n0\r\n\r\n"),
    "no coding, said": ((b"Transfer-Encoding: identity",), b"{}"),
    "a coding beside chunks": (
        (b"Transfer-Encoding: gzip, chunked",),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "a coding after chunks": (
        (b"Transfer-Encoding: chunked, identity",),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "chunks twice": (
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        b"2\r\n{}\r\n0\r\n\r\n",
    ),
    "an odd space": ((b"Transfer-Encoding: \x0bchunked",), b"2\r\n{}\r\n0\r\n\r\n"),
    "a chunk of more than all": ((b"Transfer-Encoding: chunked",), b"F" * 18 + b"\r\n{}"),
    "a chunk with a sign": ((b"Transfer-Encoding: chunked",), b"+2\r\n{}\r\n0\r\n\r\n"),
    "a chunk that goes on": ((b"Transfer-Encoding: chunked",), b"2\r\n{}XX0\r\n\r\n"),
    "chunks that end with LF alone": ((b"Transfer-Encoding: chunked",), b"2\n{}\n0\n\n"),
}

TARGETS: Mapping[str, bytes] = {
    # addresses that are nobody's, however they are spelled
    "an escaped slash": b"/v1%2Fevents?after=0",
    "an escaped backslash": b"/v1%5Cevents?after=0",
    "a backslash": b"/v1\\events?after=0",
    "two slashes": b"//v1/events?after=0",
    "dots": b"/v1/../v1/events?after=0",
    "a dot": b"/./v1/events?after=0",
    "escaped dots": b"/contracts/%2e%2e/%2e%2e/etc/passwd",
    "dots with escaped slashes": b"/contracts/..%2f..%2fetc%2fpasswd",
    "overlong UTF-8": b"/contracts/%c0%ae%c0%ae/x",
    "no UTF-8": b"/contracts/%ff",
    "NUL": b"/v1/events%00?after=0",
    "a line break": b"/v1/events%0d%0aX-Injected:%201?after=0",
    "half an escape": b"/contracts/%2",
    "no escape": b"/contracts/%zz",
    "another escape": b"/contracts/%u0041",
    "a parameter of the path": b"/v1/events;x=1?after=0",
    "letters that look alike": b"/v1/%d0%b5vents?after=0",
    "wide letters": b"/v1/%ef%bd%85vents?after=0",
    "30,000 characters": b"/contracts/" + b"a" * 30_000,
    "3,000 segments": b"/" + b"a/" * 3_000,
    "every server": b"*",
}

BODY_HEADERS: Mapping[str, tuple[tuple[bytes, ...], bytes, int]] = {
    "a form": ((b"Content-Type: application/x-www-form-urlencoded",), b"type=x", 415),
    "parts": (
        (b"Content-Type: multipart/form-data; boundary=b",),
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="../x"\r\n\r\nx\r\n--b--\r\n',
        415,
    ),
    "parts without a boundary": ((b"Content-Type: multipart/form-data",), b"--b--", 415),
    "parts of another kind": ((b"Content-Type: multipart/mixed; boundary=b",), b"--b--", 415),
    "no media type": ((), b"{}", 415),
    "an empty one": ((b"Content-Type:",), b"{}", 415),
    "two of them": ((b"Content-Type: application/json",) * 2, b"{}", 415),
    "two in one": ((b"Content-Type: application/json, text/html",), b"{}", 415),
    "any": ((b"Content-Type: */*",), b"{}", 415),
    "a kindred one": ((b"Content-Type: application/ld+json",), b"{}", 415),
    "a longer one": ((b"Content-Type: application/jsonx",), b"{}", 415),
    "text": ((b"Content-Type: text/plain",), b"{}", 415),
    "Latin-1": ((b"Content-Type: application/json; charset=iso-8859-1",), b"{}", 415),
    "UTF-16": ((b"Content-Type: application/json; charset=utf-16",), b"{}", 415),
    "UTF-7": ((b"Content-Type: application/json; charset=utf-7",), b"{}", 415),
    "two charsets": (
        (b"Content-Type: application/json; charset=utf-8; charset=utf-16",),
        b"{}",
        415,
    ),
    "another parameter": ((b"Content-Type: application/json; boundary=b",), b"{}", 415),
    "bytes": ((b"Content-Type: application/json\xff",), b"{}", 415),
    "gzip": (
        (b"Content-Type: application/json", b"Content-Encoding: gzip"),
        gzip.compress(bytes(50_000_000), 9),
        415,
    ),
    "gzip, said second": (
        (
            b"Content-Type: application/json",
            b"Content-Encoding: identity",
            b"Content-Encoding: gzip",
        ),
        b"{}",
        415,
    ),
    "br": ((b"Content-Type: application/json", b"Content-Encoding: br"), b"{}", 415),
    "no encoding, twice in one": (
        (b"Content-Type: application/json", b"Content-Encoding: identity, identity"),
        b"{}",
        415,
    ),
}
