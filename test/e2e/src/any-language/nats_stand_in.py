"""What the page uses of nats-py, over the protocol itself: for machines that do not have it."""

import asyncio
from urllib.parse import urlparse


class Msg:
    def __init__(self, subject, reply, data, headers):
        self.subject, self.reply, self.data, self.headers = subject, reply, data, headers


class Client:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.callbacks = {}
        self.pongs = []

    async def subscribe(self, subject, queue="", cb=None):
        sid = str(len(self.callbacks) + 1)
        self.callbacks[sid] = cb
        self.writer.write(f"SUB {subject} {queue} {sid}\r\n".encode())

    async def publish(self, subject, payload=b"", reply="", headers=None):
        if headers:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            head = f"NATS/1.0\r\n{lines}\r\n".encode()
            self.writer.write(f"HPUB {subject} {reply} {len(head)} {len(head) + len(payload)}\r\n".encode())
            self.writer.write(head + payload + b"\r\n")
        else:
            self.writer.write(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")
        await self.writer.drain()

    async def flush(self):
        pong = asyncio.get_running_loop().create_future()
        self.pongs.append(pong)
        self.writer.write(b"PING\r\n")
        await pong

    async def read(self):
        while line := await self.reader.readline():
            word, *rest = line.decode().split()
            if word == "PING":
                self.writer.write(b"PONG\r\n")
            elif word == "PONG":
                self.pongs.pop(0).set_result(None)
            elif word == "-ERR":
                raise RuntimeError(line)
            elif word in ("MSG", "HMSG"):
                await self.take(word, rest)

    async def take(self, word, rest):
        sizes = 2 if word == "HMSG" else 1
        names, numbers = rest[:-sizes], [int(size) for size in rest[-sizes:]]
        body = (await self.reader.readexactly(numbers[-1] + 2))[:-2]
        head = body[: numbers[0]] if sizes == 2 else b""
        lines = [line.split(":", 1) for line in head.decode().split("\r\n")[1:] if line]
        headers = {name: value.strip() for name, value in lines} or None
        reply = names[2] if len(names) > 2 else ""
        await self.callbacks[names[1]](Msg(names[0], reply, body[len(head) :], headers))


async def connect(url):
    where = urlparse(url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    await reader.readline()
    writer.write(b'CONNECT {"verbose": false, "headers": true, "no_responders": true}\r\n')
    client = Client(reader, writer)
    client.reading = asyncio.create_task(client.read())
    return client
