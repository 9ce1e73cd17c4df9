import type { EventLogReader } from '@action-do/event-store';
import type { Bus } from '@action-do/messaging';
import { KeyVerifier, Turns } from '@action-do/service-kit';
import type { ViewsReader } from '@action-do/views';
import type { Clock, Log } from '../ports.js';
import { lookUpKey } from './look-up-key.js';
import { unavailable } from './message-refused.js';
import { ViewsPosition } from './views-position.js';

/** A page has up to 768 KiB of rows, the same again as text, and as an answer: eight are some forty megabytes. */
export const PAGES_AT_ONCE_MAX = 8;
export const PAGES_WAITING_MAX = 192;
/** A gateway waits no longer for a list: nobody reads what is made for it later. Milliseconds. */
export const PAGE_WANTED_MS = 10_000;

export interface QueriesParts {
  readonly views: ViewsReader;
  /** Only to say how far the log is. */
  readonly log: EventLogReader;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Log;
}

/** The reading half of the projector, put together by hand: answering without Nest. */
export class Queries {
  readonly views: ViewsReader;
  readonly log: EventLogReader;
  readonly callers: KeyVerifier;
  readonly position: ViewsPosition;
  readonly clock: Clock;
  readonly pages = new Turns({
    atOnce: PAGES_AT_ONCE_MAX,
    waitingMax: PAGES_WAITING_MAX,
    refusal: () => unavailable('Too many lists are asked for at a time.'),
  });

  constructor({ views, log, bus, clock }: QueriesParts) {
    this.views = views;
    this.log = log;
    this.clock = clock;
    this.callers = new KeyVerifier(
      (keyId) => lookUpKey(bus, keyId),
      () => clock.nowMs(),
    );
    this.position = new ViewsPosition(views, clock);
  }
}
