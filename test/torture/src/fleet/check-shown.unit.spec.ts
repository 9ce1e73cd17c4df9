import { FAULTS, type FaultKind, type History } from '../history/history.js';
import {
  call,
  DONE,
  fault,
  generation,
  history,
  line,
  step,
  T0,
} from '../history/made-up-history.contract.js';
import { checkShown } from './check-shown.js';
import type { FleetModeName } from './fault-plan.js';

const LEASE_MS = 2_000;
const FAR_APART_MS = 20_000;
const [requested = step('', 0), started = step('', 0)] = DONE;
const calm = call({ begunAtMs: T0 - 100, endedAtMs: T0 - 50 });
const takenAtMs = (atMs: number) => [
  step('ActionAttemptFailed', atMs, { code: 'LEASE_LOST' }),
  step('ActionStarted', atMs, { attempt: 2, executor: 'b' }),
];

/** One fault of each of these kinds, and an executor's attempt that another one went on with when it was killed. */
function struck(...kinds: readonly FaultKind[]): History {
  const faults = kinds.map((kind, index) => {
    const fromMs = T0 + 50 + index * FAR_APART_MS;
    return fault({ kind, fromMs, healedAtMs: fromMs + 3_000 });
  });
  const of = (wanted: FaultKind) => faults.find(({ kind }) => kind === wanted);
  const killedAtMs = ((of('kill') ?? of('pause'))?.fromMs ?? T0) - T0;
  const held = generation({ steps: [requested, started, ...takenAtMs(killedAtMs + 2_050)] });
  return history({ calls: [calm], handlerCalls: [line()], faults, generations: [held] });
}

const missing = (mode: FleetModeName, made: History): string[] =>
  checkShown(mode, made, LEASE_MS).map(({ kind, what }) => `${kind} ${what}`);

describe('a run that proves nothing says so', () => {
  it.each([...FAULTS.filter((kind) => kind !== 'kill-worker'), 'all'] as const)(
    '%s, when nothing happened',
    (mode) => {
      expect(missing(mode, history({ calls: [], generations: [] }))).not.toEqual([]);
      expect(missing(mode, struck(...(mode === 'all' ? FAULTS.toReversed() : [mode])))).toEqual([]);
    },
  );

  it('all, when a kind of fault was left out', () => {
    for (const kind of FAULTS)
      expect(missing('all', struck(...FAULTS.toReversed().filter((one) => one !== kind)))).toContainEqual(
        expect.stringContaining(`unproven there was not once a fault: ${kind}`),
      );
  });

  it('when every call met a fault', () => {
    const met = call({ begunAtMs: T0 + 60, endedAtMs: T0 + 70 });
    expect(missing('bus', { ...struck('bus'), calls: [met] })).toEqual([expect.stringMatching(/no fault/)]);
  });

  it('kills of executors that held nothing, or whose workers ended all of it', () => {
    const done = { ...struck('kill'), generations: history().generations };
    expect(missing('kill', done)).toEqual([expect.stringMatching(/killed executor held/)]);
    const ended = generation({ steps: [requested, started, step('ActionSucceeded', 60)] });
    const outlived = history({ ...struck('kill'), generations: [ended] });
    expect(missing('kill', outlived)).toEqual([expect.stringMatching(/killed executor held/)]);
  });

  it.each(['pause', 'everything'] as const)('%s, of which nobody took anything over', (kind) => {
    const done = { ...struck(kind), generations: history().generations };
    expect(missing(kind, done)).toEqual([expect.stringMatching(/executor that was away/)]);
  });

  it('stops in order, each beside another fault', () => {
    const made = struck(...FAULTS.toReversed());
    const faults = made.faults.map((one) =>
      one.kind === 'term' ? { ...one, fromMs: T0, healedAtMs: T0 + 900_000 } : one,
    );
    expect(missing('all', { ...made, faults })).toContainEqual(expect.stringMatching(/nothing disturbed/));
  });
});
