"""slow_sftp.py: OpenSSH's sftp-server, to which no more than some two megabytes a second come."""

import os
import subprocess
import time

server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], stdin=subprocess.PIPE)
while chunk := os.read(0, 16384):
    server.stdin.write(chunk)
    server.stdin.flush()
    time.sleep(0.008)
server.stdin.close()
server.wait()
