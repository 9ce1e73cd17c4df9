import { HEADERS } from '@action-do/contracts';
import {
  type Bus,
  BusInterrupted,
  type BusReply,
  BusUnreachable,
  type RequestOptions,
} from '@action-do/messaging';

/**
 * The bus of a gateway that answers HTTP before its bus is there, and ends before its callers have waited enough.
 *  B1 until the bus has arrived nothing is sent, and whoever asks is told so;
 *  B2 once it hurries nobody is kept waiting: what is open counts as lost, and what is asked from then on waits for nothing.
 */
export class LateBus implements Pick<Bus, 'request'> {
  private readonly open = new Map<(reason: unknown) => void, string>();
  private bus: Pick<Bus, 'request'> | null = null;
  private hurries = false;

  /** From now on requests go there. */
  arrive(bus: Pick<Bus, 'request'>): void {
    this.bus = bus;
  }

  hurry(): void {
    this.hurries = true;
    for (const [lose, subject] of [...this.open]) lose(new BusInterrupted(subject));
  }

  request(subject: string, payload: Uint8Array, options: RequestOptions): Promise<BusReply> {
    const { bus } = this;
    if (bus === null) return Promise.reject(new BusUnreachable(subject));
    const given = this.hurries
      ? { ...options, headers: { ...options.headers, [HEADERS.timeoutMs]: '0' } }
      : options;
    return new Promise((resolve, reject) => {
      this.open.set(reject, subject);
      const closed = (): void => void this.open.delete(reject);
      bus.request(subject, payload, given).then(
        (reply) => {
          closed();
          resolve(reply);
        },
        (error: unknown) => {
          closed();
          reject(error);
        },
      );
    });
  }
}
