#!/usr/bin/env python3
"""The kernel as server: takes one connection, answers what comes, and closes after the peer.

    serve.py 4|6 PORT
"""
import socket
import sys


def main():
    family = socket.AF_INET6 if sys.argv[1] == "6" else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", int(sys.argv[2])))
        listener.listen()
        listener.settimeout(20)
        conn, peer = listener.accept()
    print("from", peer[0], flush=True)
    with conn:
        conn.settimeout(20)
        while data := conn.recv(4096):
            conn.sendall(b"the kernel got " + data)
    print("closed", flush=True)


main()
