import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Dialling, dialNats } from './dial-nats.js';
import { NatsRightsTooWide, NatsUnavailable } from './nats-errors.js';
import { readServerUrls } from './server-urls.js';

/** One thing that a user of the server may be allowed to do. */
export interface NatsDeed {
  readonly deed: 'publish' | 'subscribe';
  readonly subject: string;
}

export interface NatsRightsCheck {
  /** As for `connectNats`: the same server, the same user. */
  readonly url: string;
  readonly name: string;
  /** What the user is for, in the words of the operator's configuration. */
  readonly role: string;
  /** Subjects without wildcards, on which nothing would happen if the deed were done. */
  readonly forbidden: readonly NatsDeed[];
  /** Refuse instead of telling. */
  readonly isRequired: boolean;
  readonly tell: (found: NatsRightsTooWide) => void;
  readonly connectTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 5_000;

/**
 * Tries what this user must not be able to do, on a connection of its own, so that a server without allow-lists is
 * noticed at the start and not by whoever abuses it. What is tried is an empty message, and a subscription that is
 * given back in the same breath.
 * @throws NatsRightsTooWide where it is required that nothing of it is allowed; NatsUnavailable, TypeError for the url
 */
export async function checkNatsRights(check: NatsRightsCheck): Promise<void> {
  const { connect } = await import('nats');
  const urls = readServerUrls(check.url);
  const excess = await tryDeeds(
    {
      urls,
      name: `${check.name}-rights`,
      connectTimeoutMs: check.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      pingIntervalMs: PING_INTERVAL_MS,
      connect,
    },
    check.forbidden,
  );
  if (excess.length === 0) return;
  const hasUser = urls.user !== undefined || urls.token !== undefined;
  const found = new NatsRightsTooWide(check.role, excess, hasUser);
  if (check.isRequired) throw found;
  check.tell(found);
}

/** @returns those that the server let pass  @throws NatsUnavailable, also where it went away meanwhile */
async function tryDeeds(dialling: Dialling, deeds: readonly NatsDeed[]): Promise<NatsDeed[]> {
  const link = await dialNats(dialling, AbortSignal.timeout(dialling.connectTimeoutMs));
  const denied = new Set<string>();
  const nameOf = ({ deed, subject }: NatsDeed): string => `${deed} ${subject}`;
  try {
    link.onDenied((subject, deed) => denied.add(nameOf({ deed, subject })));
    for (const { deed, subject } of deeds) {
      if (deed === 'publish') link.send(subject, new Uint8Array(0));
      else void link.subscribe(subject, undefined, () => undefined).leave();
    }
    // The server answers in order: behind the pong there is no refusal to come. Those before it are told by this turn.
    const isThere = await Promise.race([link.flush().then(() => true), link.ended.then(() => false)]);
    await nextTurn();
    if (!isThere || !link.isOpen) throw new NatsUnavailable(dialling.urls.servers, 'it went away meanwhile');
    return deeds.filter((deed) => !denied.has(nameOf(deed)));
  } finally {
    link.close();
  }
}
