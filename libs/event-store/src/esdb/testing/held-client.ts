/** A connection that a test breaks, and what stands behind it: a log of one event, its name. */
import { Readable } from 'node:stream';
import { LOG_IDENTITY_STREAM } from '@action-do/contracts';
import { BACKWARDS, type Direction } from '@eventstore/db-client';

export class HeldClient {
  logId = 'ours';
  isConnected = true;
  /** Of the name. */
  reads = 0;
  /** Of the log itself, its end aside. */
  readsOfAll = 0;
  watchers: (() => void)[] = [];
  onRead = (): void => undefined;
  /** The end was told, and nobody has heard it yet. */
  onEndTold = (): void => undefined;

  watchConnection = async (onGone: () => void): Promise<boolean> => {
    if (this.isConnected) this.watchers.push(onGone);
    return this.isConnected;
  };

  readonly readStream = () => {
    this.reads += 1;
    this.isConnected = true;
    const read = this.#name();
    this.onRead();
    return read;
  };

  readonly readAll = ({ direction }: { direction?: Direction } = {}) => {
    if (direction === BACKWARDS) this.onEndTold();
    else this.readsOfAll += 1;
    return this.#name();
  };

  readonly subscribeToAll = () => {
    this.readsOfAll += 1;
    return Object.assign(this.#name(), { unsubscribe: async () => {} });
  };

  letGo = async (): Promise<void> => undefined;

  breaks(): void {
    for (const onGone of this.watchers.splice(0)) onGone();
  }

  #name() {
    const event = {
      streamId: LOG_IDENTITY_STREAM,
      id: '00000000-0000-4000-8000-000000000000',
      isJson: true as const,
      revision: 0n,
      type: 'LogNamed',
      created: new Date(0),
      data: { logId: this.logId },
      metadata: {},
      position: { commit: 1n, prepare: 1n },
    };
    return Object.assign(Readable.from([{ event, commitPosition: 1n }]), { cancel: async () => {} });
  }
}
