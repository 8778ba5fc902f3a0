"""A server of Twisted Conch for the matrix: commands and files by Conch's own code for accounts of the system.

tests/interop/library.rs says how it is started. It needs root, since Conch becomes the user.
"""

import os
import sys

import twisted
from twisted.conch import unix
from twisted.conch.checkers import InMemorySSHKeyDB, SSHPublicKeyChecker
from twisted.conch.ssh import factory, keys
from twisted.cred import checkers, portal
from twisted.internet import reactor, stdio
from twisted.internet.protocol import Protocol
from twisted.python import log
from cryptography.hazmat.primitives.asymmetric import ed25519

USER = os.environ["MATRIX_USER"]




# Conch 26.10 takes the home for a FilePath there, which it is not: every path would fail.
unix.SFTPServerForUnixConchUser._absPath = lambda self, path: os.path.join(self.avatar.getHomeDir(), path.decode())


class Realm:
    def requestAvatar(self, username, mind, *interfaces):
        user = unix.UnixConchUser(username.decode() if isinstance(username, bytes) else username)
        return interfaces[0], user, user.logout


class Ends(Protocol):
    def connectionLost(self, reason):
        reactor.stop()


def main():
    log.startLogging(sys.stderr)
    key = keys.Key(ed25519.Ed25519PrivateKey.generate())
    server = factory.SSHFactory()
    server.publicKeys = {key.sshType(): key.public()}
    server.privateKeys = {key.sshType(): key}
    server.getPrimes = lambda: None
    passwords = checkers.InMemoryUsernamePasswordDatabaseDontUse(**{USER: os.environ["MATRIX_PASSWORD"].encode()})
    known = InMemorySSHKeyDB({USER.encode(): [keys.Key.fromString(os.environ["MATRIX_KEY"].encode())]})
    server.portal = portal.Portal(Realm(), [passwords, SSHPublicKeyChecker(known)])
    port = reactor.listenTCP(0, server, interface="127.0.0.1")
    public = key.public().toString("openssh").decode().split()
    print(port.getHost().port, public[0], public[1], "Twisted", twisted.__version__, flush=True, file=sys.__stdout__)
    stdio.StandardIO(Ends())
    reactor.run()


main()
