"""A program on a pseudo-terminal, and what a person would see there.

`Screen` understands what a terminal must, and no more: a control sequence that it does not know is an
error, as it would be a surprise on a real one. Lines that a program lets run over the edge are
counted; a real terminal wraps them, too.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
import unicodedata

CONTROL = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])")


def width_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Screen:
    def __init__(self, columns: int = 80, rows: int = 24):
        self.columns, self.rows = columns, rows
        self.cells: list[list[str]] = [[] for _ in range(rows)]
        self.above: list[str] = []  # what has scrolled away
        self.row = self.column = 0
        self.wraps = 0
        self.colors: list[str] = []
        self._rest = ""

    def resize(self, columns: int, rows: int) -> None:
        """As terminals do that break the lines anew: a line that is now too long takes several rows,
        and the cursor stays at its text."""
        lines: list[list[str]] = []
        for at, cells in enumerate(self.cells[: self.row + 1]):
            if at == self.row:
                start = len(lines)
            pieces = [cells[i : i + columns] for i in range(0, len(cells), columns)] or [[]]
            lines.extend(pieces)
        self.columns, self.rows, self.row = columns, rows, start
        self.cells = lines + [[] for _ in range(max(0, rows - len(lines)))]
        while self.row >= rows:
            self._scroll()
        del self.cells[rows:]

    def _scroll(self) -> None:
        self.above.append(self._text(self.cells.pop(0)))
        self.cells.append([])
        self.row -= 1

    @staticmethod
    def _text(cells: list[str]) -> str:
        return "".join(cells).rstrip()

    def lines(self) -> list[str]:
        """What is on the screen, without the empty rows below."""
        out = [self._text(cells) for cells in self.cells]
        while out and not out[-1]:
            out.pop()
        return out

    def everything(self) -> list[str]:
        return self.above + self.lines()

    def text(self) -> str:
        return "\n".join(self.lines())

    def feed(self, text: str) -> None:
        text = self._rest + text
        self._rest = ""
        at = 0
        while at < len(text):
            char = text[at]
            if char == "\x1b":
                found = CONTROL.match(text, at)
                if not found:
                    assert len(text) - at < 12, f"unknown control sequence {text[at:at + 12]!r}"
                    self._rest = text[at:]
                    return
                self._control(found[1], found[2])
                at = found.end()
                continue
            at += 1
            if char == "\r":
                self.column = 0
            elif char == "\n":
                self.row += 1
                if self.row == self.rows:
                    self._scroll()
            else:
                assert char >= " ", f"unknown control character {char!r}"
                self._put(char)

    def _put(self, char: str) -> None:
        width = width_of(char)
        cells = self.cells[self.row]
        if width == 0:
            if self.column:
                cells[self.column - 1] += char
            return
        if self.column + width > self.columns:
            self.wraps += 1
            self.column = 0
            self.feed("\n")
            cells = self.cells[self.row]
        cells.extend(" " * (self.column + width - len(cells)))
        cells[self.column] = char
        if width == 2:
            cells[self.column + 1] = ""
        self.column += width

    def _control(self, given: str, kind: str) -> None:
        if kind == "m":
            self.colors.append(given)
            return
        number = int(given or (1 if kind == "A" else 0))
        if kind == "A":
            self.row = max(0, self.row - max(number, 1))
        elif kind == "K" and number == 0:
            del self.cells[self.row][self.column :]
        elif kind == "J" and number == 0:
            del self.cells[self.row][self.column :]
            for row in range(self.row + 1, self.rows):
                self.cells[row] = []
        else:
            raise AssertionError(f"unknown control sequence ESC [ {given}{kind}")


class Terminal:
    """Runs a program with a pseudo-terminal as its standard error (and output and input, unless
    `out` is given). `seen` gets a copy of the screen, with its time, whenever it changes."""

    def __init__(self, args, env, cwd, columns: int = 80, rows: int = 24, out=None):
        self.screen = Screen(columns, rows)
        self.master, slave = pty.openpty()
        self._set_size(columns, rows)
        self.began = time.monotonic()
        self.seen: list[tuple[float, list[str]]] = []
        self.raw = ""
        self.draws: list[float] = []
        self.process = subprocess.Popen(
            [str(arg) for arg in args],
            env=env,
            cwd=cwd,
            stdin=slave,
            stdout=slave if out is None else out,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(2, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._open = True
        self._half = b""

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, columns: int, rows: int = 24) -> None:
        self.screen.resize(columns, rows)
        self._set_size(columns, rows)

    @property
    def time(self) -> float:
        return time.monotonic() - self.began

    def _take(self, seconds: float) -> bool:
        """Takes what is there, or waits for it; False at the end."""
        ready, _, _ = select.select([self.master], [], [], max(seconds, 0))
        if not ready:
            return True
        try:
            got = os.read(self.master, 65536)
        except OSError:
            got = b""
        if not got:
            self._open = False
            return False
        got = self._half + got
        end = len(got)
        while end and end > len(got) - 4:
            try:
                text = got[:end].decode()
                break
            except UnicodeDecodeError:
                end -= 1
        else:
            text = got.decode(errors="replace")
            end = len(got)
        self._half = got[end:]
        self.raw += text
        if "\x1b[" in text:
            self.draws.append(self.time)
        self.screen.feed(text)
        self.seen.append((self.time, self.screen.lines()))
        return True

    def wait_for(self, words: str, seconds: float = 10) -> float:
        """Until these words (a regular expression) are on the screen; gives the time it took."""
        until = time.monotonic() + seconds
        while not re.search(words, self.screen.text()):
            left = until - time.monotonic()
            assert left > 0 and self._open, f"never seen: {words}\n{self.history()}"
            self._take(min(left, 0.05))
        return self.time

    def watch(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self._open and time.monotonic() < until:
            self._take(min(0.05, until - time.monotonic()))

    def end(self, seconds: float = 20) -> int:
        until = time.monotonic() + seconds
        while self._open and time.monotonic() < until:
            self._take(0.05)
        try:
            return self.process.wait(max(until - time.monotonic(), 0.1))
        finally:
            self.close()

    def interrupt(self) -> None:
        os.write(self.master, b"\x03")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1
        self._open = False

    def history(self) -> str:
        """Every screen that was seen, for messages of tests."""
        return "\n".join(
            f"--- {at:.2f} s\n" + "\n".join(lines) for at, lines in self.seen[-40:]
        )

    def ever(self, words: str) -> bool:
        return any(re.search(words, "\n".join(lines)) for _, lines in self.seen)
