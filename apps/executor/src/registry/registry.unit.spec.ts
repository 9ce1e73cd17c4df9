import { ActionName, problem, TenantName } from '@action-do/contracts';
import type { ActionDefinition } from '@do-sdk/actions';
import type { Performer } from '../execution/performer.js';
import { Slots } from '../execution/slots.js';
import { action } from '../testing/one-executor.contract.js';
import { TENANT } from '../testing/sim-executors.contract.js';
import { onTheBus } from '../testing/sim-worker.contract.js';
import { ActionRegistry } from './action-registry.js';
import { OwnActions } from './own-actions.js';
import type { RegisterAction } from './register-action.js';
import { laneOf } from './registered-action.js';
import { RETIRED_ACTIONS_MAX } from './retired-versions.js';

const emptyRegistry = () =>
  new ActionRegistry(() => {
    throw new Error('nothing here is performed on the bus');
  });

const registryOf = (...names: string[]) => {
  const registry = emptyRegistry();
  for (const name of names) registry.register(action(name, () => 1));
  return registry;
};

describe('the registry', () => {
  it('finds the newest version, or the one asked for', () => {
    const registry = emptyRegistry();
    for (const version of [2, 10, 9]) registry.register(action('pay', () => 1, { version }));
    expect([
      registry.find(TENANT, 'pay')?.version,
      registry.find(TENANT, 'pay', 9)?.version,
      registry.find(TENANT, 'pay', 3),
    ]).toEqual([10, 9, null]);
    expect(registry.versions(TENANT, 'pay')).toEqual([2, 9, 10]);
    expect([registry.find(TENANT, 'constructor'), registry.versions(TENANT, 'toString')]).toEqual([null, []]);
  });

  it('refuses a second definition of a name and version', () => {
    expect(() => registryOf('pay', 'pay')).toThrow('action pay version 1 is defined twice');
  });

  it('names at most three that a mistyped name may have meant, nearest first', () => {
    const registry = registryOf('send-invoice', 'send-invite', 'send-voice', 'send-invoices', 'pay');
    expect(registry.nearest(TENANT, 'send-invoic')).toEqual(['send-invoice', 'send-invoices', 'send-invite']);
    expect(registry.nearest(TENANT, 'completely-different-thing')).toHaveLength(1);
    expect(registryOf().nearest(TENANT, 'pay')).toEqual([]);
  });
});

describe('what was retired', () => {
  const retired = (name: string, version: number) => ({
    ...{ name: ActionName.parse(name), version },
    ...{ successor: null, reason: 'old', atMs: 1 },
  });

  it('is passed over by whoever names no version, and found by whoever names it, as long as there is another', () => {
    const registry = emptyRegistry();
    for (const version of [1, 2]) registry.register(action('pay', () => 1, { version }));
    registry.noteRetired(TENANT, retired('pay', 2));
    const newest = () => registry.find(TENANT, 'pay')?.version;
    expect([newest(), registry.find(TENANT, 'pay', 2)?.version]).toEqual([1, 2]);
    expect(registry.versions(TENANT, 'pay')).toEqual([1]);
    expect(registry.find(TenantName.parse('other'), 'pay')?.version).toBe(2);
    registry.noteRetired(TENANT, retired('pay', 1));
    expect([newest(), registry.versions(TENANT, 'pay')]).toEqual([2, []]);
  });

  it('is not what a mistyped name may have meant', () => {
    const registry = registryOf('send-invoice', 'send-invoices');
    registry.noteRetired(TENANT, retired('send-invoice', 1));
    expect(registry.nearest(TENANT, 'send-invoic')).toEqual(['send-invoices']);
  });

  it('is forgotten where there is too much of it, but not of what is performed here', () => {
    const registry = registryOf('pay');
    for (const name of ['pay', 'first', 'second']) registry.noteRetired(TENANT, retired(name, 1));
    for (let i = 3; i <= RETIRED_ACTIONS_MAX; i++) registry.noteRetired(TENANT, retired(`many-${i}`, 1));
    const known = (name: string) => registry.retirement(TENANT, name, 1) !== null;
    expect(['pay', 'first', 'second', `many-${RETIRED_ACTIONS_MAX}`].map(known)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });
});

describe('what is performed elsewhere', () => {
  const nobody: Performer = {
    run: async () => null,
    probe: async () => ({ state: 'unknown' }),
    undo: async () => null,
  };
  const http = (url: string) => ({ target: 'http', http: { url, secretWrapped: 's' } }) as const;

  it('is performed by others as soon as its target is another one, and by the same for as long as nothing is', () => {
    const made: string[] = [];
    const performedBy = (where: string): Performer => {
      made.push(where);
      return nobody;
    };
    const registry = new ActionRegistry(
      () => performedBy('bus'),
      (_, registered) => performedBy(registered.http?.url ?? ''),
    );
    const bus = onTheBus();
    for (const registered of [
      bus,
      bus,
      { ...bus, ...http('a') },
      { ...bus, ...http('a') },
      { ...bus, ...http('b') },
    ])
      registry.learn(TENANT, registered);
    expect(made).toEqual(['bus', 'a', 'b']);
    registry.learn(TENANT, { ...bus, target: 'in-process' });
    expect(registry.find(TENANT, 'pay')).toBeNull();
  });

  it('over HTTP is not found where HTTP services are not called', () => {
    const registry = emptyRegistry();
    registry.learn(TENANT, { ...onTheBus(), ...http('a') });
    expect(registry.find(TENANT, 'pay')).toBeNull();
  });
});

describe('what the modules of this process define', () => {
  const codeOf = (registry: ActionRegistry, name: string, version?: number) =>
    registry.find(TENANT, name, version)?.performer;
  /** Takes every contract down, but those of a name that is refused. */
  function own(refused = '') {
    const registry = emptyRegistry();
    const recorded: string[] = [];
    const record: RegisterAction['record'] = async (_tenant, { name, version }) => {
      recorded.push(`${name}@${version}`);
      return { ok: true, answer: { status: 'registered', digest: 'd' } };
    };
    const refusalsOf: RegisterAction['refusalsOf'] = async (_tenant, contracts) =>
      contracts
        .filter(({ name }) => name === refused)
        .map(() => problem('CONTRACT_CONFLICT', { detail: 'differs at x' }));
    const slots = new Slots(10);
    const actions = new OwnActions(registry, { record, refusalsOf }, slots, { info: () => {} });
    const replace = (module: string, ...definitions: ActionDefinition[]) =>
      actions.replace(module, definitions, TENANT);
    return { registry, recorded, replace, slots };
  }
  const at = (name: string, version = 1, more: object = {}) => action(name, () => 1, { version, ...more });

  it('is replaced all at once; a version that is left out is kept for what names it, and is not the newest', async () => {
    const { registry, recorded, replace } = own();
    await replace('a', at('pay'), at('mail'));
    const first = codeOf(registry, 'pay');
    await replace('a', at('pay', 2), at('mail', 1, { concurrency: 3 }));
    expect(recorded).toEqual(['pay@1', 'mail@1', 'pay@2', 'mail@1']);
    expect(registry.find(TENANT, 'pay')?.version).toBe(2);
    expect(codeOf(registry, 'pay', 1)).toBe(first);
    expect(registry.find(TENANT, 'mail')?.concurrency).toBe(3);
    await replace('a');
    expect([registry.find(TENANT, 'mail'), registry.isOwn('mail', 1), registry.definitions]).toEqual([
      null,
      false,
      [],
    ]);
    await replace('a', at('pay'));
    expect([registry.find(TENANT, 'pay')?.version, codeOf(registry, 'pay') === first]).toEqual([1, false]);
  });

  it('runs as many at once as it says now, by whatever it was looked up, also when it was left out meanwhile', async () => {
    const { registry, replace, slots } = own();
    const taken = () => slots.tryTake(lane) !== null;
    await replace('a', at('pay', 1, { concurrency: 1 }));
    const lane = laneOf(registry.find(TENANT, 'pay'));
    await replace('a', at('pay', 1, { concurrency: 2 }));
    await replace('a');
    expect([taken(), taken(), taken()]).toEqual([true, true, false]);
    await replace('a', at('pay', 1, { concurrency: 3 }));
    expect([taken(), taken()]).toEqual([true, false]);
    await replace('a', at('pay'));
    expect([taken(), taken()]).toEqual([true, true]);
  });

  it('is refused where two define the same, and what stood goes on', async () => {
    const { registry, recorded, replace } = own();
    await replace('a', at('pay'));
    const before = codeOf(registry, 'pay');
    await expect(replace('b', at('mail'), at('pay'))).rejects.toThrow(
      'pay@1 is defined by a, too: give one of them another name or version',
    );
    await expect(replace('a', at('pay'), at('pay'))).rejects.toThrow('pay@1 is defined twice');
    expect([codeOf(registry, 'pay') === before, registry.find(TENANT, 'mail'), recorded]).toEqual([
      true,
      null,
      ['pay@1'],
    ]);
    await replace('a');
    await replace('b', at('pay'));
    expect(registry.isOwn('pay', 1)).toBe(true);
  });

  it('is refused where one of its contracts is, in the words of the registry: none is recorded, and what stood goes on', async () => {
    const { registry, recorded, replace } = own('mail');
    await replace('a', at('pay'));
    await expect(replace('a', at('pay', 2), at('mail'))).rejects.toThrow(
      /^differs at x Give what changed another version/,
    );
    expect([registry.find(TENANT, 'pay')?.version, recorded]).toEqual([1, ['pay@1']]);
  });

  it('is refused before anything is recorded where its schema cannot be used', async () => {
    const { recorded, replace } = own();
    const broken = { ...at('mail'), paramsJsonSchema: { type: 'object', required: 7 } };
    await expect(replace('a', at('pay'), broken)).rejects.toThrow(
      /^mail@1 cannot be used: paramsJsonSchema is no/,
    );
    expect(recorded).toEqual([]);
  });
});
