import { setTimeout as delay } from 'node:timers/promises';
import type { BusReply } from '../bus.js';
import { BusTimeout, NoResponder } from '../errors.js';
import { patternsOverlap } from '../subject-pattern.js';
import { StreamCoversRequests, StreamsUnchecked } from './nats-errors.js';

/** Every user must be allowed to publish it, so that a stream over requests is found. */
export const NATS_STREAM_LIST = '$JS.API.STREAM.LIST';
/** An account with more streams than pages of 256 times this is not one of ours. */
const PAGES_MAX = 100;
/** For each try, so long: a JetStream that is coming up says nothing, or that it is not there yet. Five seconds in all. */
const TRIES_MS = [500, 1_000, 3_500];
/** What JetStream's own API says where the account has none ... */
const NOT_ENABLED = 503;
/** ... and, with the same code, while it has no leader yet. */
const NOT_YET = 10_008;

/** JetStream answers, and cannot tell of its streams at present. */
class NotYet extends Error {}

interface Stream {
  readonly name: string;
  readonly subjects: readonly string[];
}

/** Asks the server; rejects as a request on the bus does. */
export type Ask = (subject: string, payload: Uint8Array, timeoutMs: number) => Promise<BusReply>;

/**
 * @param pause between two tries, milliseconds
 * @throws StreamCoversRequests, StreamsUnchecked where the streams cannot be listed
 */
export async function assertNoStreamCovers(
  requestPatterns: readonly string[],
  ask: Ask,
  pause: (ms: number) => Promise<unknown> = delay,
): Promise<void> {
  if (requestPatterns.length === 0) return;
  for (const { name, subjects } of await listStreams(ask, pause)) {
    for (const subject of subjects) {
      const covered = requestPatterns.find((pattern) => patternsOverlap(pattern, subject));
      if (covered !== undefined) throw new StreamCoversRequests(name, subject, covered);
    }
  }
}

async function listStreams(ask: Ask, pause: (ms: number) => Promise<unknown>): Promise<Stream[]> {
  let cause: unknown;
  for (const triedMs of TRIES_MS) {
    try {
      return await listPages(ask, triedMs);
    } catch (error) {
      // No responder: no JetStream on this server.
      if (error instanceof NoResponder) return [];
      cause = error;
      if (error instanceof NotYet) await pause(triedMs);
      else if (!(error instanceof BusTimeout)) break;
    }
  }
  throw new StreamsUnchecked({ cause });
}

async function listPages(ask: Ask, withinMs: number): Promise<Stream[]> {
  const found: Stream[] = [];
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { payload } = await ask(
      NATS_STREAM_LIST,
      new TextEncoder().encode(JSON.stringify({ offset: found.length })),
      withinMs,
    );
    const { total, streams, error }: StreamList = JSON.parse(new TextDecoder().decode(payload));
    if (error?.err_code === NOT_YET) throw new NotYet(error.description);
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
  readonly error?: { readonly code: number; readonly err_code?: number; readonly description?: string };
}
