import { ActionContract, clientSubjects, HEADERS, problem } from '@action-do/contracts';
import { InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { z } from 'zod';
import { defineAction } from '../define-action.js';
import { contractOf } from './contract-of.js';
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
  let registration: Registration;
  const registering = (contracts: readonly ActionContract[]) => {
    const log = (message: string): void => void said.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    registration = new Registration({ bus, tenant: TENANT, apiKey: API_KEY, contracts, clock, logger });
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

  it('is repeated every half minute, give or take a quarter', async () => {
    platform(known);
    registering([define('one')]).repeat();
    for (let round = 1; round <= 3; round++) {
      await until('it waits', () => clock.armed === 1);
      clock.advance(22_499);
      expect(heard).toHaveLength(round - 1);
      clock.advance(37_500 - 22_499);
      await until('it was heard', () => heard.length === round);
    }
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
    registering([define('one')]).repeat();
    await until('it waits', () => clock.armed === 1);
    registration.stop();
    await until('it waits no more', () => clock.armed === 0);
    clock.advance(60_000);
    expect(heard).toEqual([]);
  });
});
