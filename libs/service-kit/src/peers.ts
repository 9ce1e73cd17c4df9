import { Beat, systemSubjects } from '@action-do/contracts';
import type { Bus, BusMessage, BusSubscription } from '@action-do/messaging';

/** Measures what passes, whatever the wall clock is set to meanwhile. */
export interface SteadyTimer {
  /** Milliseconds since any fixed moment. */
  monotonicMs(): number;
  /** Calls back once after `ms`; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

export interface PeersParts {
  readonly bus: Pick<Bus, 'subscribe'>;
  readonly clock: SteadyTimer;
  /** How long whoever was never heard is listened for, milliseconds. */
  readonly leaseMs: number;
  /** An executor's own name: that its own beats come back to it proves that it hears. Absent for whoever beats not. */
  readonly self?: string;
}

interface Heard {
  readonly atMs: number;
  readonly leaseMs: number;
  readonly isOver: boolean;
}

/** Executors remembered at once. Beyond it nobody is taken for dead. */
const PEERS_MAX = 4_096;
/** Of a beat: nothing larger is looked at. */
const BYTES_MAX = 512;
/** Looks a lease at the own clock, by which a pause of this process is found out. */
const LOOKS_A_LEASE = 6;

const decoder = new TextDecoder();

/**
 * Which executors are alive, by their beats and this process's own steady clock.
 *
 *  P1 dead is who said that it is over, and who was not heard for a whole lease by somebody who listened for all of it;
 *  P2 who did not listen does not know: after a pause of this process of more than a third of a lease, and after a time
 *     in which its own beats did not come back, it listens for a whole lease anew before it takes anybody for dead;
 *  P3 nothing rests on it but when something is looked at: who is wrongly taken for dead loses the append or the attempt,
 *     by the same rules as who is dead.
 */
export class Peers {
  private readonly heard = new Map<string, Heard>();
  private subscription: BusSubscription | null = null;
  private callOff: () => void = () => undefined;
  private sinceMs = 0;
  private lookedAtMs = 0;
  private echoAtMs: number | null = null;
  private startedAtMs = 0;

  constructor(private readonly parts: PeersParts) {}

  start(): void {
    if (this.subscription !== null) return;
    this.subscription = this.parts.bus.subscribe(systemSubjects.beat, (message) => this.take(message));
    this.startedAtMs = this.parts.clock.monotonicMs();
    this.lookedAtMs = this.startedAtMs;
    this.listenAnew();
    this.arm();
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.subscription = null;
    this.callOff();
  }

  /** Whoever knows of a time in which nothing was heard says so: what is told of it afterwards would be a guess. */
  listenAnew(): void {
    this.sinceMs = this.parts.clock.monotonicMs();
  }

  /** Names of all that may be alive; null = who is not heard could be alive all the same. */
  living(): readonly string[] | null {
    const nowMs = this.look();
    this.forget(nowMs);
    if (!this.knows(nowMs)) return null;
    return [...this.heard].filter(([, heard]) => isAlive(heard, nowMs)).map(([name]) => name);
  }

  /** Never of this executor itself. */
  isDead(executor: string): boolean {
    if (executor === this.parts.self) return false;
    const nowMs = this.look();
    const heard = this.heard.get(executor);
    if (heard?.isOver) return true;
    if (heard !== undefined && isAlive(heard, nowMs)) return false;
    return this.knows(nowMs);
  }

  /** Milliseconds for which this executor's own beats have not come back. */
  unheardMs(): number {
    return this.parts.clock.monotonicMs() - (this.echoAtMs ?? this.startedAtMs);
  }

  private knows(nowMs: number): boolean {
    const { leaseMs, self } = this.parts;
    if (this.subscription === null || this.heard.size >= PEERS_MAX) return false;
    const hears = self === undefined || (this.echoAtMs !== null && !this.isGap(nowMs - this.echoAtMs));
    return hears && nowMs - this.sinceMs >= leaseMs;
  }

  /** Between two of the own beats that came back. Others beat as often, so they are not yet missed by then. */
  private isGap(ms: number): boolean {
    return ms >= (this.parts.leaseMs * 2) / 3;
  }

  private take({ payload }: BusMessage): void {
    const nowMs = this.look();
    if (payload.byteLength > BYTES_MAX) return;
    const beat = Beat.safeParse(readJson(payload));
    if (!beat.success) return;
    const { executor, leaseMs, over = false } = beat.data;
    if (executor === this.parts.self) {
      if (this.echoAtMs === null || this.isGap(nowMs - this.echoAtMs)) this.sinceMs = nowMs;
      this.echoAtMs = nowMs;
      return;
    }
    const before = this.heard.get(executor);
    if (before === undefined && this.heard.size >= PEERS_MAX) return;
    if (!before?.isOver) this.heard.set(executor, { atMs: nowMs, leaseMs, isOver: over });
  }

  /** P2: a clock that went on while nothing ran. */
  private look(): number {
    const nowMs = this.parts.clock.monotonicMs();
    const { leaseMs } = this.parts;
    if (nowMs - this.lookedAtMs > leaseMs / LOOKS_A_LEASE + leaseMs / 3) this.sinceMs = nowMs;
    this.lookedAtMs = nowMs;
    return nowMs;
  }

  /** Who is not heard any more is dead without being remembered; one that is over, only once its last beat is old. */
  private forget(nowMs: number): void {
    for (const [name, { atMs, leaseMs }] of this.heard)
      if (nowMs - atMs > 2 * Math.max(leaseMs, this.parts.leaseMs)) this.heard.delete(name);
  }

  private arm(): void {
    this.callOff = this.parts.clock.after(this.parts.leaseMs / LOOKS_A_LEASE, () => {
      this.forget(this.look());
      this.arm();
    });
  }
}

const isAlive = ({ atMs, leaseMs, isOver }: Heard, nowMs: number): boolean =>
  !isOver && nowMs - atMs < leaseMs;

function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
}
