import { warnOfHandlerError } from '../handler-runs.js';
import { completeLimits } from '../limits.js';
import { assertPattern, assertSubject } from '../subject-pattern.js';
import { type Dialling, dialNats } from './dial-nats.js';
import type { NatsBus, NatsBusOptions } from './nats-bus-options.js';
import { NatsWithoutHeaders, StreamsUnchecked } from './nats-errors.js';
import type { NatsLink } from './nats-link.js';
import { ReconnectingBus } from './reconnecting-bus.js';
import { assertSafeVersion } from './safe-version.js';
import { readServerUrls } from './server-urls.js';
import { type Ask, assertNoStreamCovers } from './stream-check.js';

const CONNECT_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 5_000;
const INBOX = '_INBOX';

/**
 * The bus over a NATS server. After this first connection it connects again by itself, without end.
 *
 * Differences that the port allows: a subscription becomes effective when the server has read of it; while there is
 * no connection, what is published is lost. A member of a queue group that has no room refuses the request (B4), even
 * if a member elsewhere had some; a subscriber without a group that has none is silent, for others have the request too.
 * @throws NatsUnavailable, UnsafeNatsServer, NatsWithoutHeaders, StreamCoversRequests, TypeError for a malformed url or pattern,
 *   RangeError for a number out of range
 */
export async function connectNats(options: NatsBusOptions): Promise<NatsBus> {
  const { onHandlerError = warnOfHandlerError, requestPatterns = [], insecureDev = false } = options;
  const { pendingMax, pendingBytesMax, inbox = INBOX } = options;
  const limits = completeLimits({
    ...(pendingMax !== undefined && { pendingMax }),
    ...(pendingBytesMax !== undefined && { pendingBytesMax }),
  });
  for (const pattern of requestPatterns) assertPattern(pattern);
  assertSubject(inbox);
  if (inbox !== INBOX && !inbox.startsWith(`${INBOX}.`))
    throw new TypeError(`an inbox is ${INBOX} or begins with ${INBOX}., not ${inbox}`);
  // Here and not above: who needs the bus of one process does not load the client.
  const { connect, MsgHdrsImpl } = await import('nats');
  const dialling: Dialling = {
    urls: readServerUrls(options.url),
    name: options.name,
    connectTimeoutMs: milliseconds('connectTimeoutMs', options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS),
    pingIntervalMs: milliseconds('pingIntervalMs', options.pingIntervalMs ?? PING_INTERVAL_MS),
    connect,
  };
  const inspect = async (link: NatsLink, ask: Ask): Promise<void> => {
    if (!insecureDev) assertSafeVersion(link.version);
    if (!link.carriesHeaders) throw new NatsWithoutHeaders(link.server);
    await assertNoStreamCovers(requestPatterns, ask).catch((error: unknown) => {
      if (!(error instanceof StreamsUnchecked)) throw error;
      onHandlerError(error, 'nats');
    });
  };
  const bus = new ReconnectingBus({
    limits,
    inbox,
    onHandlerError,
    onStatus: options.onStatus ?? (() => undefined),
    makeHeaders: (code, description) => new MsgHdrsImpl(code, description),
    dial: (signal) => dialNats(dialling, signal),
    inspect,
  });
  try {
    await bus.start();
  } catch (error) {
    await bus.close();
    throw error;
  }
  return bus;
}

function milliseconds(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31) return value;
  throw new RangeError(`${name} is a positive integer below 2^31, not ${value}`);
}
