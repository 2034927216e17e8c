"""The network of e2e_guard: inside of a namespace every address there is leads to this
machine, one server listens at all of them, and one small name server knows the names that
the cases need. Standard library only."""
import ipaddress
import re
import socket
import struct
import subprocess
import threading

NAME_SERVER = "9.9.9.9"
LEGAL4, LEGAL4B, LEGAL6 = "93.184.216.34", "93.184.216.35", "2606:4700::1111"
DEAD = "198.41.0.9"  # public, and nobody is there
PUBLIC = {LEGAL4, LEGAL4B, LEGAL6, DEAD}
PORTS = (80, 8080, 22, 25, 443, 3128, 6379)
FEED = ("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>t</title><item>"
        "<guid>{0}</guid><title>{0}</title></item></channel></rss>")


def everything_is_here():
    for command in ("link set lo up", "route add local default dev lo", "-6 route add local default dev lo",
                    f"addr add {LEGAL4}/32 dev lo", f"-6 addr add {LEGAL6}/128 dev lo nodad",
                    f"route add unreachable {DEAD}/32 table local"):
        subprocess.run(["ip", *command.split()], check=True)


class Web:
    """Answers at every address and port: /r/STATUS/N leads to targets[N], all else is a
    feed. `accepted` holds (address, port), `asked` (address, port, Host, path)."""

    def __init__(self, targets):
        self.targets, self.accepted, self.asked = targets, [], []
        for port in PORTS:
            listener = socket.create_server(("::", port), family=socket.AF_INET6, backlog=512, dualstack_ipv6=True)
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            peer, _ = listener.accept()
            address, port = peer.getsockname()[:2]
            self.accepted.append((plain(address), port))
            threading.Thread(target=self.serve, args=(peer, plain(address), port), daemon=True).start()

    def serve(self, peer, address, port):
        data = b""
        with peer:
            while True:
                while b"\r\n\r\n" not in data:
                    more = peer.recv(65536)
                    if not more:
                        return
                    data += more
                head, _, data = data.partition(b"\r\n\r\n")
                path = head.split(b" ")[1].decode()
                host = re.search(rb"(?i)\r\nhost: ([^\r]*)", head)
                self.asked.append((address, port, host[1].decode() if host else "", path))
                peer.sendall(self.answer(path))
                if path.startswith("/close"):
                    return

    def answer(self, path):
        redirect = re.fullmatch(r"/r/(\d+)/(\d+)", path)
        if redirect:
            return (b"HTTP/1.1 %d x\r\nContent-Length: 0\r\nLocation: " % int(redirect[1])
                    + self.targets[int(redirect[2])].encode() + b"\r\n\r\n")
        body = FEED.format(path).encode()
        more = b"Connection: close\r\n" if path.startswith("/close") else b""
        return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (more, len(body)) + body


class Names:
    """names: {"name.": [answers of the first question, of the second ...]}, an answer a
    list of addresses and names ("alias."); TTL 0. Others do not exist."""

    def __init__(self, names):
        self.names, self.questions = names, {}
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((NAME_SERVER, 53))
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            packet, peer = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(packet), peer)

    def answer(self, packet):
        name, at = "", 12
        while packet[at]:
            name += packet[at + 1:at + 1 + packet[at]].decode("latin1").lower() + "."
            at += 1 + packet[at]
        kind = struct.unpack(">H", packet[at + 1:at + 3])[0]
        records, at_name, known = [], name, name in self.names
        while at_name in self.names:
            answers = self.names[at_name]
            n = self.questions.get((at_name, kind), 0)
            self.questions[at_name, kind] = n + 1
            alias = None
            for value in answers[min(n, len(answers) - 1)]:
                if value.endswith("."):
                    records.append((at_name, 5, encode(value)))
                    alias = value
                    continue
                address = ipaddress.ip_address(value)
                if kind == (1 if address.version == 4 else 28):
                    records.append((at_name, kind, address.packed))
            if alias is None:
                break
            at_name = alias
        head = packet[:2] + struct.pack(">HHHHH", 0x8580 | (0 if known else 3), 1, len(records), 0, 0)
        return head + packet[12:at + 5] + b"".join(
            encode(owner) + struct.pack(">HHIH", type_, 1, 0, len(data)) + data for owner, type_, data in records)


def encode(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.rstrip(".").split(".")) + b"\0"


def plain(address):
    """Without the scope, and an IPv4 address as such."""
    a = ipaddress.ip_address(address.partition("%")[0])
    return str(a.ipv4_mapped if a.version == 6 and a.ipv4_mapped else a)


def tcp_connects(trace):
    """(address, port) of every connect() of a TCP socket in what strace -yy wrote. UDP
    sockets are left out: the resolver orders addresses by connecting some, which sends
    nothing."""
    found = []
    for line in open(trace, errors="replace"):
        if "connect(" not in line or "<UDP" in line:
            continue
        port = re.search(r"sin6?_port=htons\((\d+)\)", line)
        address = re.search(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', line)
        if port and address:
            found.append((plain(address[1] or address[2]), int(port[1])))
    return found
