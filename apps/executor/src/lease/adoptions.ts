import { Adopted, actionStream, systemSubjects } from '@action-do/contracts';
import type { Bus, BusMessage, BusSubscription } from '@action-do/messaging';
import type { Loaded } from '../execution/execution-log.js';
import type { Log } from '../ports.js';
import { readTold } from './read-told.js';

/** Remembered at once; of more the oldest are forgotten, and adopted once more by whoever is hinted at them. */
const ADOPTIONS_MAX = 4_096;
/** Of a message: nothing larger is looked at. */
const BYTES_MAX = 1_024;

const encoder = new TextEncoder();

/**
 * Who of the executors waits for which attempt that a dead one began and a worker goes on with. The log does not say so,
 * for nothing happened that would be worth an event; without this every executor would wait for the same ones, each in a slot.
 */
export class Adoptions {
  /** By stream; in the order in which they came. */
  private readonly known = new Map<string, Adopted>();
  private subscription: BusSubscription | null = null;

  constructor(
    private readonly bus: Pick<Bus, 'publish' | 'subscribe'>,
    private readonly logger: Log,
    private readonly self: string,
  ) {}

  /** @throws BusClosed */
  start(): void {
    this.subscription ??= this.bus.subscribe(systemSubjects.adopted, (message) => this.take(message));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.subscription = null;
  }

  /** Tells the others that this executor waits for the attempt which `loaded` ends with. Never throws. */
  tell(loaded: Loaded): void {
    const attempt = attemptOf(loaded);
    if (attempt === null) return;
    const adopted: Adopted = { executor: this.self, ...attempt };
    try {
      this.bus.publish(systemSubjects.adopted, encoder.encode(JSON.stringify(adopted)));
    } catch (error) {
      this.logger.debug({ err: error }, 'an adoption could not be told to other executors');
    }
  }

  /** Another executor that waits for that very attempt, or did; null = nobody said so. */
  by(loaded: Loaded): string | null {
    const attempt = attemptOf(loaded);
    const adopted = attempt && this.known.get(attempt.stream);
    if (!adopted || adopted.generation !== attempt.generation || adopted.attempt !== attempt.attempt)
      return null;
    return adopted.executor === this.self ? null : adopted.executor;
  }

  private take({ payload }: BusMessage): void {
    const adopted = Adopted.safeParse(readTold(payload, BYTES_MAX));
    if (!adopted.success) return;
    const { stream } = adopted.data;
    this.known.delete(stream);
    this.known.set(stream, adopted.data);
    const [oldest] = this.known.keys();
    if (this.known.size > ADOPTIONS_MAX && oldest !== undefined) this.known.delete(oldest);
  }
}

function attemptOf({ tenant, scope, state }: Loaded): Omit<Adopted, 'executor'> | null {
  if (state.generation === null) return null;
  const { request, attempt } = state.generation;
  return { stream: actionStream(tenant, scope), generation: request.generation, attempt };
}
