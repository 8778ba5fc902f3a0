#!/usr/bin/python3
"""slow_sftp.py: OpenSSH's sftp-server, to which and from which no more than some two megabytes a second come."""

import os
import subprocess
import threading
import time

server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def copy(source, to):
    with open(to, "wb", buffering=0, closefd=False) as sink:
        while chunk := os.read(source, 16384):
            while chunk:
                chunk = chunk[sink.write(chunk) :]
            time.sleep(0.008)


replies = threading.Thread(target=copy, args=(server.stdout.fileno(), 1))
replies.start()
copy(0, server.stdin.fileno())
server.stdin.close()
replies.join()
server.wait()
