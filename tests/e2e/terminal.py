"""A program on a real pseudo-terminal, which is its controlling one: a typed ^C is a SIGINT."""

import os
import pty
import select
import signal
import time


class Terminal:
    """with Terminal([pipit, "uninstall", "x"], env, cwd) as t: t.wait_for("?"); t.type("n\\n")"""

    def __init__(self, command, env, cwd=None):
        self.shown = ""
        self.code = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.chdir(cwd or ".")
                os.execve(str(command[0]), [str(word) for word in command], env)
            finally:
                os._exit(127)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def _read(self, seconds: float) -> bool:
        """False at the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            got = os.read(self.fd, 65536)
        except OSError:  # EIO: nobody is on the other side any more
            return False
        self.shown += got.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(got)

    def wait_for(self, text: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < end, f"{text!r} does not come: {self.shown!r}"
            assert self._read(0.1) or text in self.shown, f"ends before {text!r}: {self.shown!r}"

    def type(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def send(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, seconds: float = 30) -> int:
        """The exit code, when it comes within that time; -n for signal n."""
        end = time.monotonic() + seconds
        while self._read(max(0.0, end - time.monotonic())) and time.monotonic() < end:
            pass
        while time.monotonic() < end + 0.05:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
                return self.code
            time.sleep(0.005)
        raise AssertionError(f"still runs after {seconds} s: {self.shown!r}")
