import { Socket } from 'node:net';

/** A connection to an HTTP service that is made, and answered on, when a test says so. */
export class FakeConnection extends Socket {
  /** What came, all of it. */
  sent = '';

  accept(): void {
    this.emit('connect');
  }

  answer(result: unknown): void {
    const body = JSON.stringify(result);
    this.push(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  override _read(): void {}

  override _write(chunk: Uint8Array, _: BufferEncoding, done: () => void): void {
    this.sent += Buffer.from(chunk).toString();
    done();
  }

  override _writev(chunks: readonly { chunk: Uint8Array }[], done: () => void): void {
    for (const { chunk } of chunks) this.sent += Buffer.from(chunk).toString();
    done();
  }

  override _final(done: () => void): void {
    done();
  }
}
