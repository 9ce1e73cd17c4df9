import { ActionContract, type ActionTarget, type JsonObject } from '@action-do/contracts';
import {
  contractText,
  decideRegister,
  evolveRegistry,
  NOTHING_REGISTERED,
  type RegistryState,
} from './register.decider.js';

interface Given {
  readonly version?: number;
  readonly description?: string;
  readonly effects?: string;
  readonly attemptTimeoutMs?: number;
  readonly params?: JsonObject;
  readonly result?: JsonObject;
}

const contract = ({
  version = 1,
  description = '',
  effects = 'unsafe',
  attemptTimeoutMs = 1_000,
  params = { type: 'object', properties: { id: { type: 'string' } } },
  result = { type: 'string' },
}: Given = {}): ActionContract =>
  ActionContract.parse({
    name: 'pay',
    version,
    description,
    policy: {
      effects,
      retry: { attemptsMax: 1, initialDelayMs: 1, delayMsMax: 1, factor: 1 },
      attemptTimeoutMs,
      deadlineMs: 9_000,
      idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'when-safe' },
    },
    paramsJsonSchema: params,
    resultJsonSchema: result,
    hasProbe: false,
  });

/** The text stands for its digest: equal texts, equal digests. */
const decide = (state: RegistryState, given: ActionContract, target: ActionTarget = 'bus') =>
  decideRegister(state, { contract: given, target, digest: contractText(given), nowMs: 5 });

function after(...given: [ActionContract, ActionTarget?][]): RegistryState {
  let state = NOTHING_REGISTERED;
  for (const [one, target] of given) {
    const decision = decide(state, one, target);
    if (decision.kind === 'append') state = evolveRegistry(state, decision.registered);
  }
  return state;
}

describe('a contract', () => {
  it('of a version that nobody knows is registered', () => {
    const given = contract();
    expect(decide(NOTHING_REGISTERED, given)).toEqual({
      kind: 'append',
      registered: { contract: given, target: 'bus', digest: contractText(given), atMs: 5 },
    });
    expect(decide(after([contract()]), contract({ version: 2, effects: 'none' })).kind).toBe('append');
  });

  it('that stands already is known, whatever the order of its members', () => {
    const { name, ...rest } = contract();
    expect(decide(after([contract()]), { ...rest, name }).kind).toBe('known');
  });

  it.each<[string, Given, string]>([
    ['effects', { effects: 'idempotent' }, 'policy.effects'],
    [
      'params',
      { params: { type: 'object', properties: { id: { type: 'number' } } } },
      'paramsJsonSchema.properties.id.type',
    ],
    ['results', { result: { type: 'number' } }, 'resultJsonSchema.type'],
    ['more params', { params: { type: 'object' } }, 'paramsJsonSchema.properties'],
  ])(
    'of a known version with other %s is refused, and the path of the first difference named',
    (_, given, path) => {
      expect(decide(after([contract()]), contract(given))).toEqual({ kind: 'refuse', path });
    },
  );

  it('of a known version may change in its description and policy: the newest stands', () => {
    const changed = contract({ description: 'better', attemptTimeoutMs: 2_000 });
    const state = after([contract()], [changed]);
    expect(state.revision).toBe(1n);
    expect(state.versions.get(1)?.contract).toEqual(changed);
    expect(decide(state, contract()).kind).toBe('append');
  });

  it('of what is performed in-process is recorded as it is', () => {
    const decision = decide(after([contract()]), contract({ effects: 'none' }), 'in-process');
    expect(decision.kind).toBe('append');
  });

  it('that is performed elsewhere from now on is recorded, and held to what stands', () => {
    const state = after([contract(), 'in-process']);
    expect(decide(state, contract()).kind).toBe('append');
    expect(decide(state, contract({ effects: 'none' })).kind).toBe('refuse');
  });

  it('of a service that need not answer ask says so, until a person says otherwise: a worker’s registration leaves it', () => {
    const given = {
      contract: contract(),
      target: 'bus' as const,
      digest: contractText(contract()),
      nowMs: 5,
    };
    const said = decideRegister(after([contract()]), { ...given, answersAsk: false });
    if (said.kind !== 'append') throw new Error(said.kind);
    expect(said.registered.answersAsk).toBe(false);
    const silent = evolveRegistry(after([contract()]), said.registered);
    expect(decideRegister(silent, { ...given, answersAsk: false }).kind).toBe('known');
    expect(decideRegister(silent, given).kind).toBe('known');
    const changed = contract({ description: 'better' });
    expect(decide(silent, changed)).toMatchObject({ registered: { contract: changed, answersAsk: false } });
    const again = decideRegister(silent, { ...given, answersAsk: true });
    expect(again).toEqual({
      kind: 'append',
      registered: { contract: contract(), target: 'bus', digest: given.digest, atMs: 5 },
    });
  });
});
