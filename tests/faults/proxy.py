"""A wire between our server and PostgreSQL that can be cut or held still."""

import selectors
import socket
import threading
from contextlib import suppress
from pathlib import Path


class Proxy:
    """Listens on TCP and speaks to a Unix socket; while it is held, nothing gets through and nothing is closed."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self._through = threading.Event()
        self._through.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self) -> None:
        self._through.clear()

    def go_on(self) -> None:
        self._through.set()

    def cut(self) -> None:
        """Ends every connection there is."""
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def close(self) -> None:
        self._listening.close()
        self.go_on()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # until it is closed
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.socket(socket.AF_UNIX)
                try:
                    theirs.connect(str(self._to))
                except OSError:  # there is nobody at the other end now
                    ours.close()
                    theirs.close()
                    continue
                self._pairs.append((ours, theirs))
                threading.Thread(target=self._carry, args=(ours, theirs), daemon=True).start()

    def _carry(self, ours: socket.socket, theirs: socket.socket) -> None:
        with suppress(OSError), selectors.DefaultSelector() as ready, ours, theirs:
            ready.register(ours, selectors.EVENT_READ, (ours, theirs))
            ready.register(theirs, selectors.EVENT_READ, (theirs, ours))
            while True:
                for key, _ in ready.select():
                    self._through.wait()
                    one, other = key.data
                    data = one.recv(65_536)
                    if not data:
                        return
                    other.sendall(data)
