import { Beat } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import { silent } from '../testing/sim-executors.contract.js';
import type { Beater } from './beater.js';
import { Beats } from './beats.js';

const LEASE_MS = 600;
const BEAT_MS = LEASE_MS / 3;

/** Beats of an executor that has a beater, and all that it does in the order in which it does it. */
function beating() {
  const world = new SimWorld();
  const did: string[] = [];
  const state = { isSending: true, isHeard: true };
  let ended: () => void = () => undefined;
  const beater: Beater = {
    start: () => void did.push('beater starts'),
    turn: () => state.isSending,
    stop: () => {
      did.push('beater is to stop');
      return new Promise((resolve) => {
        ended = resolve;
      });
    },
  };
  const bus = {
    publish: (_subject: string, payload: Uint8Array) => {
      const { over = false } = Beat.parse(JSON.parse(new TextDecoder().decode(payload)));
      did.push(over ? 'over' : 'beat');
    },
  };
  const beats = new Beats({
    bus,
    clock: world.process('e1').clock,
    logger: silent,
    executor: 'e1',
    leaseMs: LEASE_MS,
    beater,
    isHeard: () => state.isHeard,
    onBeat: () => void did.push('turn'),
  });
  /** @returns what it did meanwhile */
  const pass = async (ms: number): Promise<string[]> => {
    did.length = 0;
    const untilMs = world.nowMs + ms;
    while (await world.tick(untilMs - world.nowMs));
    world.nowMs = untilMs;
    return [...did];
  };
  return { beats, did, state, pass, beaterEnds: () => ended(), world };
}

describe('an executor that has a beater', () => {
  it('says the first beat itself, before the beater is there', () => {
    const { beats, did } = beating();
    beats.start();
    expect(did).toEqual(['beat', 'beater starts']);
  });

  it('leaves the beats to it while it sends some, and beats itself as soon as it does not', async () => {
    const { beats, state, pass } = beating();
    beats.start();
    expect(await pass(LEASE_MS)).toEqual(['turn', 'turn', 'turn']);
    state.isSending = false;
    expect(await pass(BEAT_MS)).toEqual(['beat', 'turn']);
    state.isSending = true;
    expect(await pass(BEAT_MS)).toEqual(['turn']);
  });

  it('beats itself where what it sends does not come back', async () => {
    const { beats, state, pass } = beating();
    beats.start();
    state.isHeard = false;
    expect(await pass(LEASE_MS)).toEqual(['beat', 'turn', 'beat', 'turn', 'beat', 'turn']);
  });

  it('says that it is over after the beater has ended, and nothing after that', async () => {
    const { beats, did, pass, beaterEnds, world } = beating();
    beats.start();
    did.length = 0;
    const over = beats.over();
    expect(await pass(2 * LEASE_MS)).toEqual([]);
    beaterEnds();
    await over;
    expect(did).toEqual(['over']);
    expect([await pass(2 * LEASE_MS), world.timerCount]).toEqual([[], 0]);
  });
});
