import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '@action-do/test-support';
import type { FaultKind } from '../history/history.js';
import type { Fleet } from './fleet.js';
import { freeze, type Member, type MemberKind, thaw } from './member.js';
import { pick } from './works.js';

const AWAY_MS_MAX = 1_000;
/** Of the lease, beside one whole lease. */
const PAUSED_LEASES_MAX = 1;
const PAUSED_LEASES_MIN = 0.25;

/** What a fault did: whom it struck and when, and what is wrong already. Times since the Unix epoch. */
export interface Struck {
  readonly victims: readonly { readonly name: string; readonly pid: number }[];
  readonly fromMs: number;
  readonly untilMs: number;
  /** In words: what did not end, or begin, as it should. */
  readonly broken: readonly string[];
}

interface Blow {
  readonly fleet: Fleet;
  readonly random: Random;
  readonly leaseMs: number;
}

/** Breaks something and mends it. Resolves when all that was struck is ready again, or goes on. */
export type Strike = (blow: Blow) => Promise<Struck>;

/** SIGKILL of one of these, and another one in its place. */
const killOne =
  (...kinds: readonly MemberKind[]): Strike =>
  ({ fleet, random }) =>
    struck([pick(fleet.members(...kinds), random)], async (victims) => {
      await Promise.all(victims.map((victim) => victim.kill()));
      await delay(random() * AWAY_MS_MAX);
      await startAll(victims);
    });

const everything: Strike = ({ fleet, random }) =>
  struck(fleet.members('gateway', 'executor', 'projector', 'event log'), async (victims) => {
    await Promise.all(victims.map((victim) => victim.kill()));
    await delay(random() * AWAY_MS_MAX);
    await startAll(victims);
  });

const pause: Strike = ({ fleet, random, leaseMs }) => {
  // Executors more often: what they know of their lease is what is in question.
  const kind = random() < 0.7 ? 'executor' : 'worker';
  return struck([pick(fleet.members(kind), random)], async ([victim]) => {
    if (victim === undefined) return;
    freeze(victim);
    const leases = 1 + PAUSED_LEASES_MIN + random() * PAUSED_LEASES_MAX;
    await delay(leases * leaseMs);
    thaw(victim);
  });
};

const bus: Strike = ({ fleet, random }) =>
  struck([], async () => {
    await fleet.killBus();
    await delay(random() * AWAY_MS_MAX);
    await fleet.startBus();
  });

/** Of the event log and nats-server there is one each: whatever stops them is `store` or `bus`. */
const term: Strike = ({ fleet, random }) => {
  const broken: string[] = [];
  const victim = pick(fleet.members('gateway', 'executor', 'projector', 'worker'), random);
  return struck(
    [victim],
    async () => {
      const code = await victim.stop();
      if (code !== 0) broken.push(`${victim.name} was stopped in order and ended with ${code ?? 'a signal'}`);
      await startAll([victim]);
    },
    broken,
  );
};

export const STRIKES: Readonly<Record<FaultKind, Strike>> = {
  kill: killOne('executor'),
  'kill-worker': killOne('worker'),
  everything,
  pause,
  bus,
  store: killOne('event log'),
  term,
};

async function struck(
  members: readonly Member[],
  strike: (members: readonly Member[]) => Promise<void>,
  broken: readonly string[] = [],
): Promise<Struck> {
  const victims = members.map(({ name, pid }) => ({ name, pid }));
  const fromMs = Date.now();
  await strike(members);
  return { victims, fromMs, untilMs: Date.now(), broken };
}

const startAll = (members: readonly Member[]): Promise<unknown> =>
  Promise.all(members.map((member) => member.start()));
