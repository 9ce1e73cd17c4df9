import { ActionContract, clientSubjects, contractOf, HEADERS, problem } from '@action-do/contracts';
import { InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { z } from 'zod';
import { defineAction } from '../define-action.js';
import { ManualClock } from './manual-clock.contract.js';
import { Registration } from './registration.js';
import { API_KEY, TENANT } from './served-worker.contract.js';

const define = (name: string, description = '') =>
  contractOf(
    defineAction({ name, description, effects: 'none', params: z.object({}), result: z.any(), run: () => 1 }),
  );

describe('a registration', () => {
  let bus: InProcessBus;
  let clock: ManualClock;
  let heard: string[];
  let said: string[];
  let chance: number;
  let registration: Registration;
  const registering = (contracts: readonly ActionContract[]) => {
    const log = (message: string): void => void said.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const parts = { bus, tenant: TENANT, apiKey: API_KEY, contracts, clock, logger };
    registration = new Registration({ ...parts, random: () => chance });
    return registration;
  };
  /** Answers with this, once it is asked. */
  const platform = (answer: () => { body: unknown; code?: string }) =>
    bus.subscribe(clientSubjects.register(TENANT), (message) => {
      const { contract } = JSON.parse(new TextDecoder().decode(message.payload));
      heard.push(ActionContract.parse(contract).name);
      const { body, code } = answer();
      const payload = new TextEncoder().encode(JSON.stringify(body));
      message.respond(payload, code === undefined ? {} : { [HEADERS.errorCode]: code });
    });
  const known = () => ({ body: { status: 'known', digest: 'd' } });
  beforeEach(() => {
    bus = new InProcessBus();
    clock = new ManualClock();
    heard = [];
    said = [];
    chance = 0.999;
  });
  afterEach(async () => {
    registration.stop();
    await bus.close();
  });

  it('is tried again while nobody answers, and says so', async () => {
    const started = registering([define('one')]).start(30_000);
    await until('it waits', () => said.length === 1 && clock.armed === 1);
    expect(said[0]).toMatch(/cannot be reached yet: nobody answers/);
    platform(known);
    clock.advance(1_000);
    await started;
    expect(heard).toEqual(['one']);
  });

  it.each([
    ['a platform in trouble', problem('UNAVAILABLE'), 'UNAVAILABLE'],
    ['a JetStream stream that answers in its place', { stream: 'ALL', seq: 1 }, undefined],
    ['an error that is none of ours', 'oops', 'ODD'],
  ])('is tried again with %s, and fails when its time is over', async (_, body, code) => {
    platform(() => ({ body, ...(code && { code }) }));
    const started = registering([define('one')]).start(500);
    const failed = expect(started).rejects.toMatchObject({ code: 'PLATFORM_UNREACHABLE' });
    for (let round = 1; round <= 2; round++) {
      await until('it waits', () => said.length === round && clock.armed === 1);
      clock.advance(250 * 1.25);
    }
    await failed;
    expect(heard.length).toBeGreaterThan(1);
  });

  it('of a contract that no message carries is refused at once: CONTRACT_REFUSED', async () => {
    bus = new InProcessBus({ payloadBytesMax: 1_000 });
    const started = registering([define('one', 'x'.repeat(1_900))]).start(30_000);
    await expect(started).rejects.toMatchObject({ code: 'CONTRACT_REFUSED' });
  });

  it.each([
    ['early', 0, 22_500],
    ['late', 0.999, 37_485],
  ])('is repeated every half minute, give or take a quarter: %s', async (_, random, afterMs) => {
    chance = random;
    platform(known);
    await registering([define('one')]).refresh();
    for (let round = 2; round <= 4; round++) {
      clock.advance(afterMs - 1);
      expect(heard).toHaveLength(round - 1);
      clock.advance(1);
      await until('it was heard', () => heard.length === round && clock.armed === 1);
    }
  });

  it('that a platform does not hear is tried again soon, at most 1.5 s later, until it is heard', async () => {
    await registering([define('one'), define('two')]).refresh();
    const waits = [];
    for (let failures = 1; failures <= 6; failures++) {
      const [waitMs = 0] = clock.waits;
      waits.push(Math.round(waitMs));
      clock.advance(waitMs);
      await until('it failed again', () => clock.armed === 1);
    }
    expect(waits).toEqual([250, 500, 999, 1_499, 1_499, 1_499]);
    expect(said).toEqual([
      'the platform cannot be reached: nobody answers do.v1.cmd.default.registry.register',
    ]);
    platform(known);
    clock.advance(1_500);
    await until('it is heard', () => heard.length === 2 && clock.armed === 1);
    expect(said.slice(1)).toEqual(['the platform is heard again']);
    expect(clock.waits[0]).toBeGreaterThan(22_000);
  });

  it('is tried again at a random moment, so that many workers do not come at once', async () => {
    chance = 0.1;
    await registering([define('one')]).refresh();
    expect(clock.waits).toEqual([25]);
  });

  it('that fails when the bus comes back before the platform does not wait for the next half minute', async () => {
    const first = platform(known);
    await registering([define('one')]).refresh();
    first.unsubscribe();
    await registration.refresh();
    expect(clock.waits).toHaveLength(1);
    expect(clock.waits[0]).toBeLessThan(251);
  });

  it('is repeated once, however often the bus comes back meanwhile', async () => {
    platform(known);
    const both = registering([define('one'), define('two')]);
    await Promise.all([both.refresh(), both.refresh()]);
    expect(heard).toEqual(['one', 'two']);
  });

  it('that is refused later is said, and does not keep the other actions from being registered', async () => {
    platform(() =>
      heard.at(-1) === 'one' ? { body: problem('CONTRACT_CONFLICT'), code: 'CONTRACT_CONFLICT' } : known(),
    );
    await registering([define('one'), define('two')]).refresh();
    expect(heard).toEqual(['one', 'two']);
    expect(said.join()).toMatch(/refuses one version 1/);
  });

  it('that is stopped asks no more', async () => {
    platform(known);
    await registering([define('one')]).refresh();
    registration.stop();
    expect(clock.armed).toBe(0);
    clock.advance(60_000);
    expect(heard).toEqual(['one']);
  });

  it('that is stopped while the platform is asked asks no more', async () => {
    let answer = (): void => undefined;
    bus.subscribe(clientSubjects.register(TENANT), (message) => {
      heard.push('once');
      answer = () => message.respond(new TextEncoder().encode('{"status":"known","digest":"d"}'));
    });
    const round = registering([define('one'), define('two')]).refresh();
    await until('it was asked', () => heard.length === 1);
    registration.stop();
    answer();
    await round;
    expect([heard, clock.armed]).toEqual([['once'], 0]);
  });
});
