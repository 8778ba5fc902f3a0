"""An SSH server of asyncssh with SFTP. Any password logs in. Prints its port and its key, ends with its input.

A file that is to be called `raced` gets its name too late: another one has it when the rename comes. The user has no room
for a new `quota`. With `sha1` its host key is RSA, and signs with SHA-1, whatever was agreed on. `expired` has to change the password; `ended` and `bannered` are told it, and `hop` where it wants to go on
to another host. Who opens `tells` is told the password of the login, and who opens `repeats` many times.
"""

import asyncio
import errno
import os
import sys

import asyncssh


PASSWORDS = []


class Server(asyncssh.SSHServer):
    def connection_made(self, conn):
        self.connection = conn

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        PASSWORDS.append(password)
        if username == "expired":
            raise asyncssh.PasswordChangeRequired("choose another one")
        if username == "ended":
            raise asyncssh.PermissionDenied(f"{password} is not the one")
        if username == "bannered":
            self.connection.send_auth_banner(f"{password} is not the one")
        return username not in ("bannered",)


    def connection_requested(self, dest_host, dest_port, orig_host, orig_port):
        raise asyncssh.ChannelOpenError(
            asyncssh.OPEN_CONNECT_FAILED, f"nothing leads on for {PASSWORDS[-1]}"
        )


class Files(asyncssh.SFTPServer):
    def open(self, path, pflags, attrs):
        name = os.path.basename(path)
        if name == b"tells":
            raise asyncssh.SFTPFailure(f"no entry for {PASSWORDS[-1]} in the table")
        if name == b"repeats":
            raise asyncssh.SFTPFailure(f"{PASSWORDS[-1]} " * 2000)
        return super().open(path, pflags, attrs)

    def write(self, file_obj, offset, data):
        if b".quota." in os.path.basename(os.fsencode(file_obj.name)):
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))
        return super().write(file_obj, offset, data)

    def rename(self, oldpath, newpath):
        if os.path.basename(newpath) == b"raced":
            with open(newpath, "x", encoding="ascii") as file:
                file.write("of another")
        super().rename(oldpath, newpath)


def key_with_sha1():
    key = asyncssh.generate_private_key("ssh-rsa")
    sign = key.sign
    key.sign = lambda data, _agreed: sign(data, b"ssh-rsa")
    return key


async def main():
    key = key_with_sha1() if "sha1" in sys.argv else asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=Server, server_host_keys=[key], sftp_factory=Files
    )
    print(server.get_port(), key.export_public_key().decode().strip(), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
