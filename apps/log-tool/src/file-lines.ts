import { createReadStream } from 'node:fs';

/** An append of 16 MiB, escaped at its worst: longer lines are none of ours. */
const LINE_BYTES_MAX = 64 * 1_024 * 1_024;

/** A line that is longer than any of ours. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** The lines of a file as bytes, each with its end; what stands behind the last end is a line, too. @throws LineTooLong */
export async function* fileLines(file: string): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1_024 * 1_024 });
  for await (const chunk of stream) {
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
