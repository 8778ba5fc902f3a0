"""Runs the server of argv[2:], and writes every line that passes, either way, to a file in argv[1].

An SDK starts its server itself, some of them twice: each process has a file of its own.
"""

import json
import os
import signal
import subprocess
import sys
import threading

folder, command = sys.argv[1], sys.argv[2:]
server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
transcript = open(os.path.join(folder, f"{os.getpid()}.jsonl"), "w", buffering=1)
one_at_a_time = threading.Lock()


def carry(direction, source, target):
    """Each line is written down before it is passed on, so that answers come after their requests."""
    try:
        for line in source:
            with one_at_a_time:
                transcript.write(json.dumps([direction, line.decode(errors="replace")]) + "\n")
            target.write(line)
            target.flush()
        target.close()
    except BrokenPipeError:
        # The reader is gone; so is the other end soon.
        server.stdin.close()


signal.signal(signal.SIGTERM, lambda *_: server.terminate())
signal.signal(signal.SIGINT, lambda *_: server.terminate())
threading.Thread(target=carry, args=("sent", sys.stdin.buffer, server.stdin), daemon=True).start()
carry("received", server.stdout, sys.stdout.buffer)
# The thread may still wait for a client that has not closed its end.
os._exit(server.wait())
