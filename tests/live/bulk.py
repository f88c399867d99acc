#!/usr/bin/env python3
"""So many MiB to our echo server and back, with SHA-256 on both sides of the trip:

    sandwire live --fast echo --loss 1% --rtt 1ms -- tests/live/bulk.py 1024

Exit code 0: what came back is what was sent.
"""
import hashlib
import os
import socket
import sys
import threading
import time


def main():
    mib = int(sys.argv[1])
    peer = sys.argv[2] if len(sys.argv) > 2 else "10.0.0.2"
    block = os.urandom(1 << 20)
    sent, got, count = hashlib.sha256(), hashlib.sha256(), 0
    with socket.create_connection((peer, 7), timeout=60) as s:

        def send():
            for i in range(mib):
                part = i.to_bytes(8, "big") + block[8:]
                sent.update(part)
                s.sendall(part)
            s.shutdown(socket.SHUT_WR)

        begin = time.time()
        sender = threading.Thread(target=send)
        sender.start()
        while data := s.recv(1 << 18):
            got.update(data)
            count += len(data)
        sender.join()
    seconds = time.time() - begin
    print(f"{count >> 20} MiB there and back in {seconds:.1f} s, "
          f"{count * 8 / seconds / 1e9:.2f} Gbit/s each way, sha256 {got.hexdigest()[:16]} "
          f"{'equal' if got.digest() == sent.digest() else 'DIFFERENT'}")
    sys.exit(got.digest() != sent.digest())


main()
