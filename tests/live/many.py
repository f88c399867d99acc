#!/usr/bin/env python3
"""Many connections of the kernel to our TCP; run inside the namespace:

    sandwire live --fast echo --conns 4096 -- tests/live/many.py ONE_AFTER_ANOTHER AT_ONCE

Each sends a line of its own and must get it back. Prints how many did.
"""
import resource
import selectors
import socket
import sys
import time

OUR_ECHO = ("10.0.0.2", 7)


def one_after_another(count):
    good = 0
    for i in range(count):
        with socket.create_connection(OUR_ECHO, timeout=20) as s:
            line = f"number {i}\n".encode()
            s.sendall(line)
            s.shutdown(socket.SHUT_WR)
            got = b""
            while data := s.recv(4096):
                got += data
            good += got == line
    return good


def at_once(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    sel = selectors.DefaultSelector()
    for i in range(count):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(OUR_ECHO)
        sel.register(s, selectors.EVENT_WRITE, [i, b""])
    good, end = 0, time.time() + 60
    while sel.get_map() and time.time() < end:
        for key, _ in sel.select(1):
            s, state = key.fileobj, key.data
            line = f"all at once {state[0]}\n".encode()
            if key.events & selectors.EVENT_WRITE:
                if s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                    s.send(line)
                    sel.modify(s, selectors.EVENT_READ, state)
                    continue
            else:
                state[1] += s.recv(4096)
                if len(state[1]) < len(line):
                    continue
                good += state[1] == line
            sel.unregister(s)
            s.close()
    return good


def main():
    first, second = int(sys.argv[1]), int(sys.argv[2])
    begin = time.time()
    good = one_after_another(first)
    print(f"{good} of {first} one after another in {time.time() - begin:.1f} s")
    begin = time.time()
    good2 = at_once(second)
    print(f"{good2} of {second} at once in {time.time() - begin:.1f} s")
    sys.exit(good != first or good2 != second)


main()
