#!/usr/bin/env python3
"""Each service of our end, spoken to by the kernel's sockets; run inside the namespace:

    sandwire live -- tests/live/services.py

Says what does not hold and ends with 1.
"""
import socket
import struct
import sys
import time

V4, V6 = "10.0.0.2", "fd00::a00:2"
wrong = []


def holds(what, true):
    if not true:
        wrong.append(what)


def to(host, port):
    return socket.create_connection((host, port), timeout=20)


def rest(s):
    got = b""
    while data := s.recv(65536):
        got += data
    return got


def state(s):
    """The kernel's state of it: linux/tcp.h numbers ESTABLISHED 1 ... CLOSE_WAIT 8."""
    return struct.unpack("B", s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1))[0]


def echo(host):
    with to(host, 7) as s:
        text = bytes(range(256)) * 40
        s.sendall(text)
        s.shutdown(socket.SHUT_WR)
        holds(f"{host}: echo sends back every byte", rest(s) == text)


def discard(host):
    with to(host, 9) as s:
        s.sendall(b"x" * 20000)
        s.shutdown(socket.SHUT_WR)
        holds(f"{host}: discard says nothing and closes", rest(s) == b"")


def chargen(host):
    with to(host, 19) as s:
        got = b""
        while len(got) < 74 * 20:
            got += s.recv(4096)
        lines = got.split(b"\r\n")[:19]
        holds(f"{host}: chargen's lines have 72 letters", all(len(line) == 72 for line in lines))
        holds(f"{host}: each begins one later", lines[1][:-1] == lines[0][1:])


def http(host):
    def ask(request):
        with to(host, 80) as s:
            s.sendall(request)
            head, _, body = rest(s).partition(b"\r\n\r\n")
            return head, body

    head, body = ask(b"GET /state HTTP/1.1\r\nHost: b\r\n\r\n")
    holds(f"{host}: /state is there", head.startswith(b"HTTP/1.1 200 "))
    holds(f"{host}: Content-Length is right", f"Content-Length: {len(body)}\r\n".encode() in head)
    holds(f"{host}: /state shows its own state", b"state    ESTABLISHED" in body)
    head, body = ask(b"HEAD / HTTP/1.1\r\nHost: b\r\n\r\n")
    holds(f"{host}: HEAD has no body", head.startswith(b"HTTP/1.1 200 ") and body == b"")
    holds(f"{host}: 404", ask(b"GET /no HTTP/1.1\r\n\r\n")[0].startswith(b"HTTP/1.1 404 "))
    holds(f"{host}: 501", ask(b"BREW / HTTP/1.1\r\n\r\n")[0].startswith(b"HTTP/1.1 501 "))


def slow(host):
    with to(host, 8001) as s:
        s.settimeout(0.4)
        try:
            while True:
                s.send(b"x" * 65536)
        except TimeoutError:
            pass
        holds(f"{host}: the slow reader stops the kernel", state(s) == 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def never_closes(host):
    with to(host, 8002) as s:
        s.sendall(b"bye")
        s.shutdown(socket.SHUT_WR)
        for _ in range(100):
            if state(s) == 5:
                break
            time.sleep(0.05)
        holds(f"{host}: who never closes leaves the kernel in FIN-WAIT-2", state(s) == 5)
        s.settimeout(0.3)
        try:
            holds(f"{host}: no end comes", s.recv(10) != b"")
        except TimeoutError:
            pass


def resets(host):
    with to(host, 8003) as s:
        s.sendall(b"hello")
        try:
            s.recv(10)
            holds(f"{host}: a reset is an error", False)
        except ConnectionResetError:
            pass


def refused(host):
    try:
        to(host, 81).close()
        holds(f"{host}: port 81 is closed", False)
    except ConnectionRefusedError:
        pass


for address in V4, V6:
    for service in echo, discard, chargen, http, slow, never_closes, resets, refused:
        service(address)
for line in wrong:
    print("does not hold:", line)
sys.exit(len(wrong) > 0)
