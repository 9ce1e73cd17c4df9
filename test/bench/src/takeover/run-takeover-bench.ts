/** How long the work of an executor stands still after it is gone: killed, or stopped with an attempt that does not end. */
import { join } from 'node:path';
import {
  HttpCaller,
  readLedger,
  type Services,
  startNatsServer,
  startPostgres,
  startServices,
  temporaryFolder,
  until,
} from '@action-do/test-support';
import type { TakeoverArguments } from './takeover-arguments.js';

type ExecutorService = Services['stack']['executors'][number];

/** Who calls all the time, and how long each handler takes: so that some attempts run at each executor whenever it dies. */
const CALLERS = 8;
const HOLD_MS = 400;
/** At SIGTERM an attempt gets this long, which it outlives. */
const DRAIN_MS = 1_200;
const STOPS_SHARE = 0.5;
const PATIENCE_MS = 30_000;

export interface TakeoverReport {
  readonly leaseMs: number;
  /** Milliseconds from SIGKILL to the first ActionStarted of a takeover. */
  readonly afterKill: readonly number[];
  /** Milliseconds from the end of a process that was stopped to that. */
  readonly afterStop: readonly number[];
}

export async function runTakeoverBench(
  { times, leaseMs }: TakeoverArguments,
  say: (line: string) => void,
): Promise<TakeoverReport> {
  const folder = temporaryFolder('action-do-takeover');
  const ends: (() => unknown)[] = [() => folder.remove()];
  try {
    const nats = await startNatsServer();
    ends.push(() => nats.stop());
    const postgres = await startPostgres();
    ends.push(() => postgres.stop());
    const ledger = join(folder.path, 'ledger.txt');
    const env = { ADO_LEDGER: ledger, DO_LEASE_MS: String(leaseMs), DO_DRAIN_MS: String(DRAIN_MS) };
    const place = { natsUrl: nats.url, databaseUrl: postgres.database() };
    const services = await startServices({ dataDir: join(folder.path, 'data'), size: 2, env, ...place });
    ends.push(() => services.kill());
    return await measure(services, ledger, { times, leaseMs }, say);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function measure(
  services: Services,
  ledger: string,
  { times, leaseMs }: Pick<TakeoverArguments, 'times' | 'leaseMs'>,
  say: (line: string) => void,
): Promise<TakeoverReport> {
  const caller = new HttpCaller(services.url, services.apiKey);
  const load = new Load(caller);
  const afterKill: number[] = [];
  const afterStop: number[] = [];
  try {
    for (let round = 0; round < times; round++) {
      const executor = services.stack.executors[round % 2];
      if (executor === undefined) throw new Error('there are two executors');
      afterKill.push(await afterDeath(caller, ledger, executor, 'kill', `kill-${round}`));
      say(`kill ${round + 1} of ${times}: ${afterKill.at(-1)} ms`);
      await comesBack(executor, leaseMs);
      if (round % (1 / STOPS_SHARE) !== 0) continue;
      afterStop.push(await afterDeath(caller, ledger, executor, 'stop', `stop-${round}`));
      say(`stop: ${afterStop.at(-1)} ms`);
      await comesBack(executor, leaseMs);
    }
  } finally {
    await load.end();
  }
  return { leaseMs, afterKill, afterStop };
}

/** Ends an executor while an attempt runs there. @returns milliseconds until the first attempt of its was taken over */
async function afterDeath(
  caller: HttpCaller,
  ledger: string,
  executor: ExecutorService,
  how: 'kill' | 'stop',
  id: string,
): Promise<number> {
  const { pid } = executor.process;
  // Whichever executor takes a call: asked until this one has begun some that outlive it.
  let asked = 0;
  await until(
    'an attempt runs there',
    async () => {
      const params = { id: `${id}-${++asked}`, holdMs: 8_000 };
      await caller.execute('note-idempotent', params, { prefer: 'respond-async' });
      return readLedger(ledger).some((line) => line.id.startsWith(`${id}-`) && line.pid === pid);
    },
    PATIENCE_MS,
  );
  let endedAtMs = Date.now();
  await executor[how]();
  if (how === 'stop') endedAtMs = Date.now();
  let startedAtMs: number | undefined;
  await until(
    'it is taken over',
    async () => {
      startedAtMs = await firstTakeover(caller, how === 'kill' ? endedAtMs : endedAtMs - DRAIN_MS / 2);
      return startedAtMs !== undefined;
    },
    PATIENCE_MS,
  );
  return (startedAtMs ?? Number.NaN) - endedAtMs;
}

/** When the first ActionStarted behind a LEASE_LOST was recorded, which is one append with it. */
async function firstTakeover(caller: HttpCaller, sinceMs: number): Promise<number | undefined> {
  const path = '/v1/audit/events?type=ActionAttemptFailed&limit=200';
  const { status, text } = await caller.send(path, { headers: caller.authorization });
  if (status !== 200) return undefined;
  const items: { occurredAt: string; data?: { error?: { code?: string } } }[] = JSON.parse(text).items;
  const taken = items
    .filter(({ data }) => data?.error?.code === 'LEASE_LOST')
    .map(({ occurredAt }) => Date.parse(occurredAt))
    .filter((atMs) => atMs >= sinceMs);
  return taken.length === 0 ? undefined : Math.min(...taken);
}

/** As a member of the fleet that knows of the others and is known to them. */
async function comesBack(executor: ExecutorService, leaseMs: number): Promise<void> {
  await executor.start();
  await new Promise((resolve) => setTimeout(resolve, 2 * leaseMs));
}

/** Calls without end. */
class Load {
  private isOver = false;
  private asked = 0;
  private readonly callers: Promise<void>[];

  constructor(private readonly caller: HttpCaller) {
    this.callers = Array.from({ length: CALLERS }, () => this.callOn());
  }

  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.callers);
  }

  private async callOn(): Promise<void> {
    while (!this.isOver) {
      const params = { id: `load-${++this.asked}`, holdMs: HOLD_MS };
      await this.caller.execute('note-idempotent', params, { prefer: 'wait=5' }).catch(() => undefined);
    }
  }
}
