import type { BusReply } from '../bus.js';
import { NoResponder } from '../errors.js';
import { patternsOverlap } from '../subject-pattern.js';
import { StreamCoversRequests, StreamsUnchecked } from './nats-errors.js';

/** Every user must be allowed to publish it, so that a stream over requests is found. */
export const NATS_STREAM_LIST = '$JS.API.STREAM.LIST';
/** An account with more streams than pages of 256 times this is not one of ours. */
const PAGES_MAX = 100;
const LIST_MS_MAX = 5_000;
/** What JetStream's own API says where the account has none. */
const NOT_ENABLED = 503;

interface Stream {
  readonly name: string;
  readonly subjects: readonly string[];
}

/** Asks the server; rejects as a request on the bus does. */
export type Ask = (subject: string, payload: Uint8Array, timeoutMs: number) => Promise<BusReply>;

/** @throws StreamCoversRequests, StreamsUnchecked where the streams cannot be listed */
export async function assertNoStreamCovers(requestPatterns: readonly string[], ask: Ask): Promise<void> {
  if (requestPatterns.length === 0) return;
  for (const { name, subjects } of await listStreams(ask)) {
    for (const subject of subjects) {
      const covered = requestPatterns.find((pattern) => patternsOverlap(pattern, subject));
      if (covered !== undefined) throw new StreamCoversRequests(name, subject, covered);
    }
  }
}

async function listStreams(ask: Ask): Promise<Stream[]> {
  try {
    return await listPages(ask);
  } catch (error) {
    // No responder: no JetStream on this server.
    if (error instanceof NoResponder) return [];
    throw new StreamsUnchecked({ cause: error });
  }
}

async function listPages(ask: Ask): Promise<Stream[]> {
  const found: Stream[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { payload } = await ask(
      NATS_STREAM_LIST,
      new TextEncoder().encode(JSON.stringify({ offset: found.length })),
      LIST_MS_MAX,
    );
    const { total, streams, error }: StreamList = JSON.parse(new TextDecoder().decode(payload));
    if (error?.code === NOT_ENABLED) return found;
    if (error !== undefined) throw new Error(`${NATS_STREAM_LIST}: ${error.description}`);
    for (const { config } of streams ?? [])
      found.push({ name: config.name, subjects: config.subjects ?? [] });
    if ((streams ?? []).length === 0 || found.length >= (total ?? 0)) return found;
  }
  throw new Error(`more than ${found.length} streams`);
}

/** The server's answer; it is trusted as the bus itself is. */
interface StreamList {
  readonly total?: number;
  readonly streams?:
    | readonly { readonly config: { readonly name: string; readonly subjects?: readonly string[] } }[]
    | null;
  readonly error?: { readonly code: number; readonly description?: string };
}
