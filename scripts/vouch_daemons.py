"""Daemons that only listen: inside the namespace they note what clients ask for, and answer that there is nothing.

D-Bus at the sockets of the system bus and of systemd, HTTP at those of Docker and at the port of a local Kubernetes. A
client that only looks asks by GET or HEAD, or calls a method that looks. `unharmless` is None for such a question.
Only the first question of a client that gives up on an empty answer is seen.
"""

import json
import os
import re
import socket
import struct
import threading

BUSES = ("/run/dbus/system_bus_socket", "/run/systemd/private")
HTTP = ("/run/docker.sock", "/run/podman/podman.sock", ("127.0.0.1", 8080))
PATIENCE = 2.0

LOOKING_METHODS = re.compile(
    r"^(Hello|Ping|Introspect|NameHasOwner|(Add|Remove)Match|Subscribe|LoadUnit|Describe|DumpByFileDescriptor|Dump)$"
    r"|^(Get|List|Can|Resolve|Lookup|Query|Find)[A-Z]?\w*$"
)
# What looks though it is sent by POST, and why.
LOOKING_POSTS = {
    r"/selfsubject(access|rules)reviews": "asks what its own user may do",
}


class Daemons:
    """All of them, each in a thread, and what was asked."""

    def __init__(self):
        self.asked = []
        for place in (*BUSES, *HTTP):
            try:
                listening = listen(place)
            except OSError:
                continue  # No such place in this namespace.
            answer = self.bus if place in BUSES else self.http
            threading.Thread(target=self.serve, args=(listening, answer), daemon=True).start()

    def take(self):
        """What was asked since the last time."""
        asked, self.asked = self.asked, []
        return asked

    def serve(self, listening, answer):
        while True:
            client, _ = listening.accept()
            threading.Thread(target=self.one, args=(client, answer), daemon=True).start()

    @staticmethod
    def one(client, answer):
        with client:
            client.settimeout(PATIENCE)
            try:
                answer(client)
            except (OSError, ValueError, IndexError, struct.error):
                pass  # The client has gone, or speaks something else.

    def http(self, client):
        stream = client.makefile("rb")
        while line := stream.readline(8192):
            method, path = line.decode(errors="replace").split()[:2]
            self.asked.append(f"{method} {path}")
            length = 0
            while (header := stream.readline(8192)).strip():
                name, _, value = header.decode(errors="replace").partition(":")
                length = int(value) if name.lower() == "content-length" else length
            stream.read(length)
            body = answer_to(path).encode()
            head = (
                "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nOstype: linux\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            client.sendall(head.encode() + (b"" if method == "HEAD" else body))

    def bus(self, client):
        stream = client.makefile("rb")
        stream.read(1)
        while (line := stream.readline(4096).strip()) != b"BEGIN":
            if not line:
                return
            client.sendall(handshake(line))
        serial = 0
        while message := read_message(stream):
            kind, number, fields = message
            member, interface = fields.get(3, "?"), fields.get(2, "")
            if kind != 1:
                continue
            self.asked.append(f"{interface}.{member}")
            serial += 1
            client.sendall(hello(serial, number) if member == "Hello" else no_such(serial, number))


KUBERNETES = "pods services nodes configmaps events namespaces endpoints persistentvolumes secrets serviceaccounts".split()


def answer_to(path):
    """As little as makes a client go on."""
    path = path.split("?")[0]
    if path == "/api":
        return json.dumps({"kind": "APIVersions", "versions": ["v1"]})
    if path == "/api/v1":
        verbs = ["get", "list", "watch", "create", "delete", "patch", "update"]
        kinds = [{"name": name, "singularName": name.rstrip("s"), "namespaced": name not in ("nodes", "namespaces"),
                  "kind": name.rstrip("s").capitalize(), "verbs": verbs} for name in KUBERNETES]
        return json.dumps({"kind": "APIResourceList", "groupVersion": "v1", "resources": kinds})
    return "OK" if path.endswith("/_ping") else "[]" if path.endswith("json") else "{}"


def unharmless(question):
    """Why a question is more than looking, or None."""
    method, _, path = question.partition(" ")
    if path:
        looks = method in ("GET", "HEAD") or any(re.search(pattern, path) for pattern in LOOKING_POSTS)
        return None if looks else f"asks its daemon: {question}"
    member = question.rsplit(".", 1)[-1]
    return None if LOOKING_METHODS.match(member) else f"calls {question}"


def listen(place):
    if isinstance(place, tuple):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    else:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(place)
    if isinstance(place, str):
        os.chmod(place, 0o666)
    listening.listen(16)
    return listening


# D-Bus, as its specification says: the handshake by lines, then messages.


def handshake(line):
    command = line.split()[0]
    if command == b"NEGOTIATE_UNIX_FD":
        return b"AGREE_UNIX_FD\r\n"
    if command == b"AUTH":
        whole = len(line.split()) == 3
        return b"OK 00000000000000000000000000000001\r\n" if whole else b"DATA\r\n" if b"EXTERNAL" in line else b"REJECTED EXTERNAL\r\n"
    return b"OK 00000000000000000000000000000001\r\n" if command == b"DATA" else b"ERROR\r\n"


def read_message(stream):
    """The kind, the serial and the fields of the next message; its body is passed over."""
    head = stream.read(16)
    if len(head) < 16:
        return None
    order = "<" if head[:1] == b"l" else ">"
    length, serial, size = struct.unpack(order + "III", head[4:16])
    fields = stream.read(size + -size % 8)[:size]
    stream.read(length)
    return head[1], serial, texts(fields, order)


def texts(fields, order):
    """Each field of the header that is a text, by its code."""
    found, at = {}, 0
    while at < len(fields):
        at += -at % 8
        code, width = fields[at], fields[at + 1]
        kind = fields[at + 2 : at + 2 + width].decode()
        at += 3 + width
        if kind in ("s", "o"):
            at += -at % 4
            (length,) = struct.unpack_from(order + "I", fields, at)
            found[code] = fields[at + 4 : at + 4 + length].decode(errors="replace")
            at += 5 + length
        elif kind == "g":
            at += 2 + fields[at]
        else:
            at += -at % 4 + 4
    return found


def field(code, kind, value):
    """One field of a header."""
    signature = bytes([len(kind)]) + kind.encode() + b"\0"
    if kind == "u":
        value = struct.pack("<I", value)
    elif kind == "g":
        value = bytes([len(value)]) + value.encode() + b"\0"
    else:
        value = struct.pack("<I", len(value)) + value.encode() + b"\0"
    return bytes([code]) + signature + value


def message(kind, serial, fields, text):
    body = struct.pack("<I", len(text)) + text.encode() + b"\0"
    head = b""
    for each in fields:
        head += b"\0" * (-len(head) % 8) + each
    begin = struct.pack("<BBBBIII", ord("l"), kind, 0, 1, len(body), serial, len(head))
    return begin + head + b"\0" * (-len(head) % 8) + body


def hello(serial, of):
    return message(2, serial, [field(5, "u", of), field(6, "s", ":1.1"), field(7, "s", "org.freedesktop.DBus"), field(8, "g", "s")], ":1.1")


def no_such(serial, of):
    error = field(4, "s", "org.freedesktop.DBus.Error.FileNotFound")
    return message(3, serial, [field(5, "u", of), error, field(7, "s", "org.freedesktop.DBus"), field(8, "g", "s")], "nothing is here")
