import type { IncomingMessage } from 'node:http';
import { Refusal } from './endpoint.js';

const BODY_BYTES_MAX = 64 * 1024;

/** The JSON of a request; undefined where it has no body. @throws Refusal too large, or no JSON */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      throw new Refusal(413, 'BODY_TOO_LARGE', `a body has at most ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Refusal(400, 'BODY_INVALID', 'the body is not JSON');
  }
}
