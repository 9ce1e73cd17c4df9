import { HandlerHeartbeat, subjectPatterns, type TenantName } from '@action-do/contracts';
import {
  type Bus,
  type BusMessage,
  type BusSubscription,
  InFlight,
  wildcardTokens,
} from '@action-do/messaging';

const decoder = new TextDecoder();
/** `{"attempt":100}` and some blanks: nothing larger is looked at. */
const BYTES_MAX = 256;

const nameOf = (tenant: string, execution: string, attempt: number): string =>
  `${tenant}.${execution}.${attempt}`;

/**
 * Workers say "still working" to all executors; the one that waits for that attempt begins its timeout anew. Holds one
 * entry for each attempt that is waited for, and slots bound those.
 */
export class Heartbeats {
  private readonly listening = new InFlight<string, () => void>();
  private subscription: BusSubscription | null = null;

  constructor(private readonly bus: Bus) {}

  start(): void {
    this.subscription ??= this.bus.subscribe(subjectPatterns.heartbeat, (message) => this.take(message));
  }

  stop(): void {
    this.subscription?.unsubscribe();
    this.subscription = null;
  }

  /** Calls `beat` for each heartbeat of that attempt, until the returned function is called. */
  listen(tenant: TenantName, execution: string, attempt: number, beat: () => void): () => void {
    const name = nameOf(tenant, execution, attempt);
    this.listening.set(name, beat);
    return () => {
      if (this.listening.get(name) === beat) this.listening.delete(name);
    };
  }

  private take({ subject, payload }: BusMessage): void {
    const [tenant = '', execution = ''] = wildcardTokens(subjectPatterns.heartbeat, subject) ?? [];
    if (payload.byteLength > BYTES_MAX) return;
    const heartbeat = HandlerHeartbeat.safeParse(readJson(payload));
    if (heartbeat.success) this.listening.get(nameOf(tenant, execution, heartbeat.data.attempt))?.();
  }
}

function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    return undefined;
  }
}
