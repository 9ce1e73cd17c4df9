import { handlerSubjects, type TenantName, WORKER_QUEUE } from '@action-do/contracts';
import { type Bus, type BusSubscription, wildcardTokens } from '@action-do/messaging';
import type { ActionDefinition } from '../action-definition.js';
import type { ActionWorker } from '../action-worker.js';
import type { Attempts } from './attempts.js';
import { type Clock, within } from './clock.js';
import type { Probes } from './probes.js';
import type { Registration } from './registration.js';

export interface BusWorkerParts {
  readonly bus: Bus;
  readonly tenant: TenantName;
  readonly clock: Clock;
  readonly drainMs: number;
  readonly attempts: Attempts;
  readonly probes: Probes;
  readonly registration: Pick<Registration, 'stop'>;
  /** Called last: lets go of the bus, if it is the worker's own. Never rejects. */
  readonly letGo: () => Promise<void>;
}

/** How long code that was told to stop may still say what it came to. */
const ABORT_GRACE_MS = 500;
/** How long the last answers may take to get out. */
const FLUSH_MS_MAX = 2_000;

/** The worker on the bus: what it listens to, and the order in which it stops. */
export class BusWorker implements ActionWorker {
  readonly closed: Promise<void>;
  /** Bring work: the first to go. */
  readonly #takers: BusSubscription[] = [];
  /** Concern work that is here: the last to go. */
  readonly #listeners: BusSubscription[] = [];
  readonly #hurry = new AbortController();
  #ending: Promise<void> | null = null;
  #announceClosed: () => void = () => {};

  constructor(private readonly parts: BusWorkerParts) {
    this.closed = new Promise((resolve) => {
      this.#announceClosed = resolve;
    });
  }

  get running(): number {
    return this.parts.attempts.slots.running;
  }

  serve(definitions: readonly ActionDefinition[]): void {
    const { bus, tenant, attempts, probes } = this.parts;
    const aborts = handlerSubjects.abortPattern(tenant);
    this.#listeners.push(
      bus.subscribe(aborts, (message) => {
        const [executionId = ''] = wildcardTokens(aborts, message.subject) ?? [];
        attempts.abort(executionId, message);
      }),
    );
    for (const definition of definitions) {
      const { name, version } = definition;
      const ask = handlerSubjects.ask(tenant, name, version);
      const run = handlerSubjects.run(tenant, name, version);
      const probe = handlerSubjects.probe(tenant, name, version);
      const shared = { queue: WORKER_QUEUE };
      this.#listeners.push(bus.subscribe(ask, (message) => attempts.report(message)));
      this.#takers.push(bus.subscribe(run, (message) => attempts.run(message, definition), shared));
      if (definition.probe === undefined) continue;
      this.#takers.push(bus.subscribe(probe, (message) => probes.probe(message, definition), shared));
    }
  }

  drain(): Promise<void> {
    this.#ending ??= this.#end().finally(this.#announceClosed);
    return this.#ending;
  }

  close(): Promise<void> {
    this.#hurry.abort();
    return this.drain();
  }

  async #end(): Promise<void> {
    const { clock, drainMs, attempts, probes, registration, letGo } = this.parts;
    const idle = (): Promise<unknown> => Promise.all([attempts.idle(), probes.idle()]);
    registration.stop();
    attempts.leave();
    const taken = Promise.all(this.#takers.map((taker) => taker.drain()));
    await within(clock, drainMs, taken.then(idle), this.#hurry.signal);
    attempts.abortAll();
    await within(clock, ABORT_GRACE_MS, taken.then(idle), this.#hurry.signal);
    attempts.abandonAll();
    probes.abandonAll();
    await within(clock, FLUSH_MS_MAX, Promise.all(this.#listeners.map((listener) => listener.drain())));
    await within(clock, FLUSH_MS_MAX, letGo());
  }
}
