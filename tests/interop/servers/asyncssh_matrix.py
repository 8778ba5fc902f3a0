"""A server of asyncssh for the matrix: commands by the shell, files by SFTP. tests/interop/library.rs says how it is started.

It does what asyncssh's documentation shows; signals of the client are left to the library.
"""

import asyncio
import logging
import os
import sys

import asyncssh

PASSWORD = os.environ["MATRIX_PASSWORD"]
KEY = os.environ["MATRIX_KEY"].split()[1]


class Server(asyncssh.SSHServer):
    def begin_auth(self, username):
        self.in_words = username == "keyboard"
        return True

    def password_auth_supported(self):
        return not self.in_words

    def public_key_auth_supported(self):
        return not self.in_words

    def kbdint_auth_supported(self):
        return self.in_words

    def validate_password(self, username, password):
        return password == PASSWORD

    def validate_public_key(self, username, key):
        return key.export_public_key().decode().split()[1] == KEY

    def get_kbdint_challenge(self, username, lang, submethods):
        return "", "", "", [("Password:", False)]

    def validate_kbdint_response(self, username, responses):
        return responses == [PASSWORD]


async def pump(read, writer):
    while data := await read():
        writer.write(data)
        await writer.drain()


async def feed(process, child):
    try:
        await pump(lambda: process.stdin.read(32768), child.stdin)
    except (asyncssh.SignalReceived, OSError):
        pass
    child.stdin.close()


async def run(process):
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_shell(process.command, stdin=pipe, stdout=pipe, stderr=pipe)
    feeding = asyncio.create_task(feed(process, child))
    await asyncio.gather(
        pump(lambda: child.stdout.read(32768), process.stdout), pump(lambda: child.stderr.read(32768), process.stderr)
    )
    status = await child.wait()
    if status < 0:
        process.exit_with_signal({9: "KILL", 15: "TERM"}.get(-status, "ABRT"))
    else:
        process.exit(status)
    await feeding


async def main():
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Server, server_host_keys=[key], process_factory=run, encoding=None,
        sftp_factory=True, rekey_bytes=256 * 1024,
    )
    public = key.export_public_key().decode().split()
    print(server.get_port(), public[0], public[1], "asyncssh", asyncssh.__version__, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
