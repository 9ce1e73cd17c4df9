import { localProblem } from './local-problem.js';
import type { Clock, Fetch } from './platform.js';
import type { Problem } from './wire.js';

export interface ConnectionOptions {
  /** Default: the environment variable DO_BASE_URL, else http://127.0.0.1:8420. */
  readonly baseUrl?: string | undefined;
  /** How long a call waits for its outcome, all repeats included. Milliseconds, default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Repeats in a row of one request without an answer. Default 40: with their pauses, more than the 60 seconds. */
  readonly retriesMax?: number | undefined;
  /** Instead of the global fetch. */
  readonly fetch?: Fetch | undefined;
  /** Told once of each kind of likely mistake. Default: console.warn. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

/** Everything that a call needs to know about where it goes. */
export interface Connection {
  readonly apiKey: string | undefined;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly retriesMax: number;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Passes each kind of warning on once. */
  warn(kind: string, message: string): void;
}

const BASE_URL = 'http://127.0.0.1:8420';

/** @throws TypeError an option is malformed: a mistake of the program, to be seen where it was made */
export function connect(apiKey: string | undefined, options: ConnectionOptions, clock: Clock): Connection {
  const { timeoutMs = 60_000, retriesMax = 40, onWarning = (message) => console.warn(message) } = options;
  if (!isDuration(timeoutMs)) throw new TypeError(`timeoutMs is ${timeoutMs}: write milliseconds, above 0`);
  if (!Number.isInteger(retriesMax) || retriesMax < 0)
    throw new TypeError(`retriesMax is ${retriesMax}: write a whole number from 0`);
  const warned = new Set<string>();
  return {
    // Keys that were read from a file often bring its last line break along.
    apiKey: apiKey?.trim() || undefined,
    baseUrl: checkedBaseUrl(options.baseUrl ?? baseUrlOfEnvironment() ?? BASE_URL),
    timeoutMs,
    retriesMax,
    // Called as a method of the global object: browsers refuse it otherwise.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock,
    warn: (kind, message) => {
      if (warned.has(kind)) return;
      warned.add(kind);
      onWarning(message);
    },
  };
}

const HEADER_VALUE = /^[\x21-\x7e]+$/;

/** The header that says who is calling, or that nobody could tell. */
export function authorization({
  apiKey,
}: Connection): { ok: true; headers: Record<string, string> } | { ok: false; problem: Problem } {
  if (apiKey !== undefined && HEADER_VALUE.test(apiKey))
    return { ok: true, headers: { Authorization: `Bearer ${apiKey}` } };
  const detail =
    apiKey === undefined ? 'There is no API key.' : 'The API key holds characters that no key has.';
  return { ok: false, problem: localProblem('UNAUTHENTICATED', { detail, effect: 'none' }) };
}

export const isDuration = (ms: unknown): ms is number =>
  typeof ms === 'number' && Number.isFinite(ms) && ms > 0;

function checkedBaseUrl(given: string): string {
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol))
    throw new TypeError(`baseUrl is '${given}': write an http or https URL, such as ${BASE_URL}`);
  return given.replace(/\/+$/, '');
}

function baseUrlOfEnvironment(): string | undefined {
  try {
    return globalThis.process?.env?.['DO_BASE_URL'] || undefined;
  } catch {
    return undefined; // Deno without the permission to read the environment
  }
}
