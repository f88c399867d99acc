#!/usr/bin/env python3
"""How fast bytes go one way, in Gbit/s; the bytes themselves are bulk.py's matter.

    sandwire live --fast sink -- tests/live/rate.py send 2
    sandwire live --fast source=64GiB -- tests/live/rate.py receive 2
"""
import socket
import sys
import time

PORTS = {"send": 9, "receive": 5001}


def main():
    way, seconds = sys.argv[1], float(sys.argv[2])
    count, block = 0, bytearray(1 << 20)
    with socket.create_connection(("10.0.0.2", PORTS[way]), timeout=20) as s:
        begin = time.time()
        while time.time() - begin < seconds:
            count += s.send(block) if way == "send" else s.recv_into(block)
        passed = time.time() - begin
    print(f"{way}: {count * 8 / passed / 1e9:.2f} Gbit/s")


main()
