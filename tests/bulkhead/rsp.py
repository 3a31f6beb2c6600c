"""A client of GDB's remote protocol (GDB manual, appendix E), as far as QEMU's stub speaks it."""

from __future__ import annotations

import re
import socket
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

INTERRUPT = b"\x03"
MEMORY_CHUNK = 1024  # bytes a packet; two hexadecimal digits each, and QEMU takes 4096


class ProtocolError(Exception):
    """The stub answered with an error, or with what makes no sense."""


class MachineEnded(Exception):
    """The machine is gone: it powered off, or the emulator ended."""


class StillRunning(Exception):
    """The machine did not stop within the time limit."""


@dataclass(frozen=True)
class Register:
    number: int
    bits: int


def checksum(payload: bytes) -> int:
    return sum(payload) & 0xFF


def unescape(payload: bytes) -> bytes:
    """Undoes `}` escapes: the byte behind is XORed with 0x20."""
    return re.sub(rb"}(.)", lambda found: bytes([found[1][0] ^ 0x20]), payload, flags=re.DOTALL)


class Client:
    """One connection to a stub whose machine is stopped."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._socket = connection
        self._seconds = seconds
        self._buffer = b""
        self._physical = False
        self._socket.settimeout(seconds)
        self._check(self.ask("?"), "T")
        self.registers = self._read_registers()

    # Packets

    def _more(self) -> None:
        try:
            received = self._socket.recv(65536)
        except TimeoutError as error:
            raise StillRunning from error
        except ConnectionError as error:
            raise MachineEnded from error
        if not received:
            raise MachineEnded
        self._buffer += received

    def send(self, text: str) -> None:
        payload = text.encode()
        packet = b"$" + payload + b"#%02x" % checksum(payload)
        try:
            self._socket.sendall(packet)
        except ConnectionError as error:
            raise MachineEnded from error

    def receive(self) -> str:
        """The next packet, acknowledged. Acknowledgements of ours are skipped."""
        while True:
            found = re.search(rb"\$([^#]*)#([0-9a-fA-F]{2})", self._buffer)
            if found:
                break
            self._more()
        self._buffer = self._buffer[found.end() :]
        if int(found[2], 16) != checksum(found[1]):
            raise ProtocolError(f"bad checksum in {found[0]!r}")
        try:
            self._socket.sendall(b"+")
        except ConnectionError:
            pass  # its last word
        return unescape(found[1]).decode("latin-1")

    def ask(self, text: str) -> str:
        self.send(text)
        return self.receive()

    @staticmethod
    def _check(answer: str, beginning: str = "OK") -> str:
        if not answer.startswith(beginning):
            raise ProtocolError(f"the stub answered {answer!r}, not {beginning!r}")
        return answer

    # Registers

    def _read_feature(self, annex: str) -> str:
        text = ""
        while True:
            answer = self.ask(f"qXfer:features:read:{annex}:{len(text):x},ffb")
            if answer[:1] not in ("l", "m"):
                raise ProtocolError(f"no description {annex}: {answer!r}")
            text += answer[1:]
            if answer[0] == "l":
                return text

    def _read_registers(self) -> dict[str, Register]:
        """The stub's registers by name: it describes them in XML, numbered in order."""
        registers: dict[str, Register] = {}
        target = self._read_feature("target.xml")  # no XML: its prefix xi: is not declared
        for annex in re.findall(r'<xi:include href="([^"]+)"', target):
            feature = ElementTree.fromstring(self._read_feature(annex))
            number = 0
            for element in feature.iter("reg"):
                number = int(element.get("regnum", number))
                registers[element.attrib["name"]] = Register(number, int(element.attrib["bitsize"]))
                number += 1
        return registers

    def read_register(self, name: str) -> int:
        answer = self.ask(f"p{self.registers[name].number:x}")
        if not answer or answer.startswith("E"):
            raise ProtocolError(f"register {name}: {answer!r}")
        return int.from_bytes(bytes.fromhex(answer), "little")

    def write_register(self, name: str, value: int) -> None:
        register = self.registers[name]
        digits = value.to_bytes(register.bits // 8, "little").hex()
        self._check(self.ask(f"P{register.number:x}={digits}"))

    # Memory

    def _choose_memory(self, physical: bool) -> None:
        if physical != self._physical:
            self._check(self.ask(f"Qqemu.PhyMemMode:{int(physical)}"))
            self._physical = physical

    def read_memory(self, address: int, size: int, *, physical: bool = False) -> bytes:
        self._choose_memory(physical)
        data = b""
        while len(data) < size:
            chunk = min(MEMORY_CHUNK, size - len(data))
            answer = self.ask(f"m{address + len(data):x},{chunk:x}")
            if answer.startswith("E"):
                raise ProtocolError(f"cannot read {chunk} bytes at {address + len(data):#x}")
            data += bytes.fromhex(answer)
        return data

    def write_memory(self, address: int, data: bytes, *, physical: bool = False) -> None:
        self._choose_memory(physical)
        for at in range(0, len(data), MEMORY_CHUNK):
            chunk = data[at : at + MEMORY_CHUNK]
            answer = self.ask(f"M{address + at:x},{len(chunk):x}:{chunk.hex()}")
            self._check(answer)

    # Running

    def set_breakpoint(self, address: int, *, hardware: bool = False) -> None:
        self._check(self.ask(f"Z{int(hardware)},{address:x},1"))

    def clear_breakpoint(self, address: int, *, hardware: bool = False) -> None:
        self._check(self.ask(f"z{int(hardware)},{address:x},1"))

    def set_watchpoint(self, address: int, size: int, kind: str = "write") -> None:
        """kind: write, read or access."""
        number = {"write": 2, "read": 3, "access": 4}[kind]
        self._check(self.ask(f"Z{number},{address:x},{size:x}"))

    def clear_watchpoint(self, address: int, size: int, kind: str = "write") -> None:
        number = {"write": 2, "read": 3, "access": 4}[kind]
        self._check(self.ask(f"z{number},{address:x},{size:x}"))

    def _wait_for_stop(self) -> str:
        while True:
            answer = self.receive()
            if answer.startswith(("W", "X")):
                raise MachineEnded
            if answer.startswith(("T", "S")):
                return answer

    def resume(self) -> str:
        """Runs until a breakpoint. StillRunning leaves the machine stopped where it was."""
        self.send("c")
        try:
            return self._wait_for_stop()
        except StillRunning:
            self._socket.sendall(INTERRUPT)
            self._wait_for_stop()
            raise

    def step(self, *, interrupts: bool = False) -> str:
        """One instruction. QEMU masks interrupts and timers meanwhile unless told otherwise."""
        self._check(self.ask(f"Qqemu.sstep=0x{1 if interrupts else 7:x}"))
        self.send("s")
        return self._wait_for_stop()

    def monitor(self, command: str) -> str:
        """What QEMU's monitor answers."""
        self.send("qRcmd," + command.encode().hex())
        text = ""
        while True:
            answer = self.receive()
            if answer == "OK":
                return text
            if not answer.startswith("O"):
                raise ProtocolError(f"monitor {command}: {answer!r}")
            text += bytes.fromhex(answer[1:]).decode("latin-1")
