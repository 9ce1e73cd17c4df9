import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 1_024 * 1_024;

/** An append of 16 MiB, escaped at its worst: longer lines are none of ours. */
const LINE_BYTES_MAX = 64 * 1_024 * 1_024;

/** A line that is longer than any of ours. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** All bytes of a file that is open, from its first, wherever the handle stands. */
export async function* fileChunks(handle: FileHandle): AsyncGenerator<Buffer> {
  let position = 0;
  for (;;) {
    const { bytesRead, buffer } = await handle.read(
      Buffer.allocUnsafe(CHUNK_BYTES),
      0,
      CHUNK_BYTES,
      position,
    );
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The lines of a file as bytes, each with its end; what stands behind the last end is a line, too. @throws LineTooLong */
export async function* fileLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10, from); end !== -1; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...pending, chunk.subarray(from, end + 1)]);
      [pending, pendingBytes] = [[], 0];
      from = end + 1;
    }
    if (from === chunk.length) continue;
    pending.push(chunk.subarray(from));
    pendingBytes += chunk.length - from;
    if (pendingBytes > LINE_BYTES_MAX) throw new LineTooLong(`a line is longer than ${LINE_BYTES_MAX} bytes`);
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}
