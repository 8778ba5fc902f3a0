"""A server of paramiko for the matrix: commands by the shell, files by SFTP. tests/interop/library.rs says how it is started.

The files are those of tests/support/paramiko_server.py.
"""

import logging
import os
import socket
import subprocess
import sys
import threading

import paramiko

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "support"))
from paramiko_server import Files  # noqa: E402

PASSWORD = os.environ["MATRIX_PASSWORD"]
KEY = os.environ["MATRIX_KEY"].split()[1]


class Server(paramiko.ServerInterface):
    def get_allowed_auths(self, username):
        return "keyboard-interactive" if username == "keyboard" else "publickey,password"

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL if password == PASSWORD else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username, key):
        return paramiko.AUTH_SUCCESSFUL if key.get_base64() == KEY else paramiko.AUTH_FAILED

    def check_auth_interactive(self, username, submethods):
        return paramiko.InteractiveQuery("", "", ("Password:", False))

    def check_auth_interactive_response(self, responses):
        return paramiko.AUTH_SUCCESSFUL if responses == [PASSWORD] else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        threading.Thread(target=run, args=(channel, command), daemon=True).start()
        return True


def pump(read, write):
    try:
        while data := read():
            write(data)
    except OSError:
        pass


def run(channel, command):
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, shell=True, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0)

    def feed():
        pump(lambda: channel.recv(32768), child.stdin.write)
        child.stdin.close()

    pumps = [
        threading.Thread(target=pump, args=(lambda: child.stdout.read(32768), channel.sendall), daemon=True),
        threading.Thread(target=pump, args=(lambda: child.stderr.read(32768), channel.sendall_stderr), daemon=True),
    ]
    threading.Thread(target=feed, daemon=True).start()
    for thread in pumps:
        thread.start()
    for thread in pumps:
        thread.join()
    status = child.wait()
    # paramiko has no way to name a signal.
    channel.send_exit_status(status if status >= 0 else 128 - status)
    channel.close()


def serve(listener, key):
    while True:
        transport = paramiko.Transport(listener.accept()[0])
        # The documentation's way to change the limit.
        transport.packetizer.REKEY_BYTES = 256 * 1024
        transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
        try:
            transport.start_server(event=threading.Event(), server=Server())
        except paramiko.SSHException:
            pass


def main():
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    listener = socket.create_server(("127.0.0.1", 0))
    key = paramiko.ECDSAKey.generate()
    threading.Thread(target=serve, args=(listener, key), daemon=True).start()
    port = listener.getsockname()[1]
    print(port, key.get_name(), key.get_base64(), "paramiko", paramiko.__version__, flush=True)
    sys.stdin.read()


main()
