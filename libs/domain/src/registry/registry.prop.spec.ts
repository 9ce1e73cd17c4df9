import type { ActionName, ActionRegistered, ActionTarget } from '@action-do/contracts';
import fc from 'fast-check';
import { contractBreak } from './contract-break.js';
import { carriedOut, contract, register, retire } from './contracts.contract.js';
import {
  evolveRegistry,
  NOTHING_REGISTERED,
  type RegistryEvent,
  type RegistryState,
} from './registry-fold.js';

const type = fc.constantFrom('string', 'number');
const version = fc.integer({ min: 1, max: 3 });
const registering = fc.record({
  does: fc.constant('register' as const),
  target: fc.constantFrom<ActionTarget>('in-process', 'bus', 'http'),
  version,
  description: fc.constantFrom('', 'better'),
  effects: fc.constantFrom('unsafe', 'none'),
  params: fc.record({
    type: fc.constant('object'),
    properties: fc.oneof(
      type.map((id) => ({ id: { type: id } })),
      type.map((note) => ({ id: { type: 'string' }, note: { type: note, default: '' } })),
    ),
  }),
});
const retiring = fc.record({
  does: fc.constant('retire' as const),
  version,
  successor: fc.option(
    version.map((each) => ({ name: 'pay' as ActionName, version: each })),
    { nil: undefined },
  ),
});
const commands = fc.array(
  fc.oneof({ weight: 4, arbitrary: registering }, { weight: 1, arbitrary: retiring }),
  {
    maxLength: 25,
  },
);
type Command = typeof commands extends fc.Arbitrary<(infer C)[]> ? C : never;

const decide = (state: RegistryState, command: Command) =>
  command.does === 'register'
    ? register(state, contract(command), command.target)
    : retire(state, command.version, command.successor);

/** What was written, in order, each with what stood before it. */
function play(given: readonly Command[]): {
  state: RegistryState;
  written: [RegistryState, RegistryEvent][];
} {
  const written: [RegistryState, RegistryEvent][] = [];
  let state = NOTHING_REGISTERED;
  for (const command of given) {
    const decision = decide(state, command);
    if (decision.kind === 'append')
      written.push([
        state,
        'registered' in decision
          ? { type: 'ActionRegistered', data: decision.registered }
          : { type: 'ActionRetired', data: decision.retired },
      ]);
    state = carriedOut(state, decision);
    // Whoever repeats himself adds nothing.
    expect(decide(state, command).kind).not.toBe('append');
  }
  return { state, written };
}

describe('whatever is registered and retired, in whatever order', () => {
  it('no contract of a version breaks one that stood before, and none comes after its retirement', () => {
    fc.assert(
      fc.property(commands, (given) => {
        const stood = new Map<number, ActionRegistered[]>();
        const retired = new Set<number>();
        for (const [, { type: what, data }] of play(given).written) {
          const each = what === 'ActionRegistered' ? data.contract.version : data.version;
          expect(retired).not.toContain(each);
          if (what === 'ActionRetired') retired.add(each);
          else {
            const before = stood.get(each) ?? [];
            for (const one of before) expect(contractBreak(one.contract, data.contract)).toBeUndefined();
            stood.set(each, [...before, data]);
          }
        }
      }),
      { numRuns: 500, unbiased: true },
    );
  });

  it('a successor takes new work when it is named, and what is read back is what was decided upon', () => {
    fc.assert(
      fc.property(commands, (given) => {
        const { state, written } = play(given);
        expect(
          written.reduce((before, [, event]) => evolveRegistry(before, event), NOTHING_REGISTERED),
        ).toEqual(state);
        for (const [before, { type: what, data }] of written) {
          if (what !== 'ActionRetired' || data.successor === null) continue;
          expect(data.successor.version).not.toBe(data.version);
          expect(before.versions.get(data.successor.version)).toMatchObject({ retired: null });
        }
      }),
      { numRuns: 300, unbiased: true },
    );
  });
});
