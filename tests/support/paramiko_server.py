"""An SSH server of paramiko with SFTP. Any password logs in. Prints its port and its key, ends with its input.

Of the protocol it is paramiko's own code that runs; what is done to files is what its documentation asks for. It offers no
extension. A file that is to be called `raced` gets its name too late: another one has it when the rename comes.
"""

import os
import socket
import sys
import threading

import paramiko
from paramiko import SFTP_OK, SFTPAttributes, SFTPHandle, SFTPServer, SFTPServerInterface


def tried(work):
    """What `work` gives, or the code of its error."""
    try:
        return work()
    except OSError as error:
        return SFTPServer.convert_errno(error.errno)


class File(SFTPHandle):
    def __init__(self, path, flags, file):
        super().__init__(flags)
        self.path = path
        self.readfile = self.writefile = file

    def stat(self):
        return tried(lambda: SFTPAttributes.from_stat(os.fstat(self.readfile.fileno())))

    def chattr(self, attr):
        return tried(lambda: SFTPServer.set_file_attr(self.path, attr) or SFTP_OK)


class Files(SFTPServerInterface):
    def open(self, path, flags, attr):
        def opened():
            mode = 0o600 if attr.st_mode is None else attr.st_mode
            descriptor = os.open(path, flags, mode)
            return File(path, flags, os.fdopen(descriptor, "wb" if flags & os.O_WRONLY else "rb"))

        return tried(opened)

    def list_folder(self, path):
        def listed():
            found = []
            for name in os.listdir(path):
                found.append(SFTPAttributes.from_stat(os.lstat(os.path.join(path, name)), name))
            return found

        return tried(listed)

    def lstat(self, path):
        return tried(lambda: SFTPAttributes.from_stat(os.lstat(path)))

    def stat(self, path):
        return tried(lambda: SFTPAttributes.from_stat(os.stat(path)))

    def readlink(self, path):
        return tried(lambda: os.readlink(path))

    def remove(self, path):
        return tried(lambda: os.remove(path) or SFTP_OK)

    def rename(self, oldpath, newpath):
        def renamed():
            if os.path.basename(newpath) == "raced":
                with open(newpath, "x", encoding="ascii") as file:
                    file.write("of another")
            # An error if the new name is taken, as the documentation has it.
            os.link(oldpath, newpath)
            os.remove(oldpath)
            return SFTP_OK

        return tried(renamed)


class Server(paramiko.ServerInterface):
    def get_allowed_auths(self, username):
        return "password"

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


def serve(listener, key):
    while True:
        transport = paramiko.Transport(listener.accept()[0])
        transport.add_server_key(key)
        transport.set_subsystem_handler("sftp", SFTPServer, Files)
        transport.start_server(event=threading.Event(), server=Server())


def main():
    listener = socket.create_server(("127.0.0.1", 0))
    key = paramiko.ECDSAKey.generate()
    threading.Thread(target=serve, args=(listener, key), daemon=True).start()
    print(listener.getsockname()[1], key.get_name(), key.get_base64(), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
