/** Rebuilds on real views, that can be caught in the middle, starved, and spoilt. */
import { accessStream, type ViewsRebuild } from '@action-do/contracts';
import { InMemoryEventStore, type SubscribeOptions } from '@action-do/event-store';
import { until } from '@action-do/test-support';
import { type OpenWriter, systemClock, type ViewsPlace } from '../ports.js';
import { Rebuilds } from '../rebuild/rebuilds.js';
import { viewsPlace } from '../views-place.js';
import { ACME, followerWorld, newEvent } from './follower-world.contract.js';

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A log whose reading from zero stops behind an event until it is let go: how a rebuild is caught in the middle. */
export class GatedLog extends InMemoryEventStore {
  #open: () => void = () => undefined;
  #gate = Promise.resolve();
  #behind = 0n;

  stopBehind(position: bigint): void {
    this.#behind = position;
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  letGo(): void {
    this.#open();
  }

  override subscribe(options: SubscribeOptions) {
    const items = super.subscribe(options);
    return options.after === 0n ? this.#gated(items, options.signal) : items;
  }

  async *#gated(items: ReturnType<InMemoryEventStore['subscribe']>, signal: AbortSignal) {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for await (const item of items) {
      yield item;
      if (item.kind === 'event' && item.event.position === this.#behind)
        await Promise.race([this.#gate, aborted]);
    }
  }
}

export type RebuildWorld = ReturnType<typeof rebuildWorld>;

export function rebuildWorld(
  log: InMemoryEventStore,
  url: string,
  writes: (writer: OpenWriter) => OpenWriter = (writer) => writer,
  real: ViewsPlace = viewsPlace(url, quiet),
) {
  const views: ViewsPlace = { ...real, openWriter: async (how) => writes(await real.openWriter(how)) };
  const following = followerWorld({ log, views });
  const rebuilds = new Rebuilds({
    log,
    follower: following.follower,
    clock: systemClock,
    logger: following.logger,
  });
  const running = following.run();
  const { follower } = following;
  const reached = (position: bigint) =>
    until(
      `the live views reach ${position}`,
      () => follower.followed?.position === position && follower.followed.writer.live === true,
    );
  const ended = async (): Promise<ViewsRebuild> => {
    await until('the rebuild ends', () => rebuilds.status?.state !== 'running');
    const { status } = rebuilds;
    if (status === null) throw new Error('it was never begun');
    return status;
  };
  return { ...following, rebuilds, reached, ended, stop: () => following.stop(running) };
}

/** More than are ever read while the live views stand still; one append would be refused. */
export async function appendManyTo(log: InMemoryEventStore, name: string): Promise<bigint> {
  let head = 0n;
  for (const half of ['a', 'b']) {
    const events = Array.from({ length: 600 }, () => newEvent('KeyRevoked', { keyId: name, atMs: 1 }));
    ({ position: head } = await log.append(accessStream(ACME, `${name}-${half}`), events, 'no-stream'));
  }
  return head;
}

export type Changes = Parameters<OpenWriter['apply']>[0];
export const spoiling = (writer: OpenWriter, spoil: (changes: Changes) => Changes): OpenWriter => {
  const apply = writer.apply.bind(writer);
  return Object.assign(writer, { apply: (changes: Changes) => apply(spoil(changes)) });
};

type Successor = Awaited<ReturnType<NonNullable<OpenWriter['buildAnew']>>>;
export const beside = (writer: OpenWriter, change: (successor: Successor) => Successor): OpenWriter => {
  const buildAnew = writer.buildAnew?.bind(writer);
  if (buildAnew === undefined) throw new Error('a real writer builds anew');
  return Object.assign(writer, { buildAnew: async () => change(await buildAnew()) });
};
