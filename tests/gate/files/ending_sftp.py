#!/usr/bin/python3
"""ending_sftp.py: OpenSSH's sftp-server, which ends or hangs at one request, as the name of the new file says.

`REQUEST-WHEN-HOW`: at the first request of this kind after the file was made, `before` the server sees it or `behind` what it
does, the program `ends`, or `hangs` and passes nothing on. A removal is brought about by a change of the mode that fails.
Or it gives the directory another name, as one who exchanges directories does: `returns` before the second removal, or
`leaves` until its end.
"""

import os
import re
import struct
import subprocess
import sys
import threading

OPEN, CLOSE, WRITE, FSETSTAT, REMOVE, RENAME, STATUS, EXTENDED = 3, 4, 6, 10, 13, 18, 101, 200
CREATE = 0x08
NAMES = {OPEN: b"open", CLOSE: b"close", WRITE: b"write", FSETSTAT: b"mode", REMOVE: b"remove", RENAME: b"rename"}
EXTENSIONS = {b"fsync@openssh.com": b"fsync", b"posix-rename@openssh.com": b"over"}

server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
# The id of the request whose reply is the last thing that the server does.
last = None
how = None
# The directory, and how often something was to be removed, once it has another name.
away = None
removals = 0


def packet(source):
    head = source.read(4)
    return head + source.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""


def text(data, at):
    length = struct.unpack_from(">I", data, at)[0]
    return data[at + 4 : at + 4 + length]


def send(data):
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def stop():
    if how == b"ends":
        server.kill()
        os._exit(1)
    while packet(sys.stdin.buffer):
        pass
    server.kill()
    os._exit(0)


def replies():
    while reply := packet(server.stdout):
        if last is not None and reply[5:9] == last:
            if how == b"ends":
                stop()
            return
        send(reply)


def name_of(request):
    kind = request[4]
    return EXTENSIONS.get(text(request, 9), b"") if kind == EXTENDED else NAMES.get(kind, b"")


def move_back():
    if away:
        os.rename(away + b"-away", away)


threading.Thread(target=replies, daemon=True).start()
row = None
while request := packet(sys.stdin.buffer):
    if request[4] == OPEN:
        path = text(request, 9)
        flags = struct.unpack_from(">I", request, 9 + 4 + len(path))[0]
        found = re.search(rb"\.(\w+)-(before|behind)-(ends|hangs|returns|leaves)\.", path)
        if flags & CREATE and found:
            row = found.groups()
            made = path
    if away and name_of(request) == b"remove":
        removals += 1
        if removals == 2 and row[2] == b"returns":
            move_back()
            away = None
    if row and row[0] == name_of(request) and row[2] in (b"returns", b"leaves"):
        away = os.path.dirname(made)
        os.rename(away, away + b"-away")
        row = (b"", b"", row[2])
    elif row and row[0] == name_of(request):
        how = row[2]
        if row[1] == b"before":
            stop()
        last = request[5:9]
    elif row and row[0] == b"remove" and request[4] == FSETSTAT:
        send(struct.pack(">IB", 17, STATUS) + request[5:9] + struct.pack(">III", 4, 0, 0))
        continue
    server.stdin.write(request)
    server.stdin.flush()
    if last is not None:
        if how == b"ends":
            threading.Event().wait()
        stop()
move_back()
server.stdin.close()
server.wait()
