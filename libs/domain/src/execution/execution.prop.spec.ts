import { ACTION_EVENT_SCHEMAS, type ActionEvent } from '@action-do/contracts';
import fc from 'fast-check';
import { evolveExecution, foldExecution } from './execution-fold.js';
import { faultIn } from './legal-history.contract.js';
import { type Played, play, type Stream, script, stateAt } from './random-executions.contract.js';
import { decideRequest, FIRST_SENT_SKEW_MS } from './request.decider.js';

const RUNS = 800;

const always = (rule: (stream: Stream, played: Played) => void, numRuns = RUNS): void =>
  fc.assert(
    fc.property(script, (given) => {
      const played = play(given);
      rule(played.stream, played);
    }),
    // Not biased towards small scripts, in which nothing happens.
    { numRuns, unbiased: true },
  );

const generationsOf = (history: readonly ActionEvent[]): ActionEvent[][] => {
  const generations: ActionEvent[][] = [];
  for (const event of history) {
    if (event.type === 'ActionRequested') generations.push([]);
    generations.at(-1)?.push(event);
  }
  return generations;
};

describe('whatever the executors do', () => {
  it('every history is one that the judge accepts', () => {
    always(({ history }) => expect(faultIn(history)).toBeNull());
  });

  it('every event is one that is read back as it was written', () => {
    always(({ history }) => {
      for (const { type, data } of history) {
        const stored: unknown = JSON.parse(JSON.stringify(data));
        expect(ACTION_EVENT_SCHEMAS[type].parse(stored)).toEqual(data);
      }
    }, RUNS / 4);
  });

  it('a generation has at most one outcome (I1)', () => {
    always(({ history }) => {
      for (const events of generationsOf(history)) {
        const outcomes = events.filter(({ type }) => type === 'ActionSucceeded' || type === 'ActionFailed');
        expect(outcomes.length).toBeLessThanOrEqual(1);
      }
    });
  });

  it('unsafe work is begun again only after an attempt that said effect none (I5)', () => {
    always(({ history }) => {
      for (const events of generationsOf(history)) {
        const [first] = events;
        if (first?.type !== 'ActionRequested' || first.data.policy.effects !== 'unsafe') continue;
        const attempts = events.filter(
          ({ type }) =>
            type === 'ActionStarted' || type === 'ActionAttemptFailed' || type === 'ActionOutcomeUnknown',
        );
        for (const [at, { type }] of attempts.entries()) {
          if (type !== 'ActionStarted' || at === 0) continue;
          expect(attempts[at - 1]).toMatchObject({ type: 'ActionAttemptFailed', data: { effect: 'none' } });
        }
      }
    });
  });

  it('replaying the stream gives the state that was built one event at a time', () => {
    always(({ history, states }) => {
      expect(foldExecution(history)).toStrictEqual(states.at(-1));
      expect(states.at(-1)?.revision).toBe(BigInt(history.length) - 1n);
    });
  });

  it('the end of an attempt counts only while that is the newest and its generation is not closed (row 20)', () => {
    always(({ ends }) => {
      for (const { attempt, state, events } of ends) {
        const { generation } = state;
        const isMine =
          generation?.request.generation === attempt.generation &&
          generation.attempt === attempt.attempt &&
          generation.outcome === null;
        expect(events).toHaveLength(1);
        if (!isMine) expect(events[0]?.type).toBe('ActionLateOutcome');
      }
    });
  });

  it('a late outcome changes nothing but the revision', () => {
    always((stream) => {
      for (const [at, { type }] of stream.history.entries())
        if (type === 'ActionLateOutcome')
          expect(stateAt(stream, at + 1).generation).toBe(stateAt(stream, at).generation);
    });
  });

  it('the call that began a generation adds nothing when it comes again, at any time and with any clock', () => {
    always((stream, { nowMs }) => {
      for (const { command, state, kind } of stream.told) {
        if (kind !== 'claim') continue;
        const claim = decideRequest(state, command);
        const claimed = (claim.kind === 'claim' ? claim.events : []).reduce(evolveExecution, state);
        for (const atMs of [command.nowMs, nowMs, nowMs + 1e9])
          expect(decideRequest(claimed, { ...command, nowMs: atMs }).kind).not.toBe('claim');
      }
      const last = stream.states.at(-1);
      const begun = last?.generation?.request;
      const [asked] = stream.told.filter(({ command }) => command.requestId === begun?.requestId);
      if (!last || !asked) return;
      for (const atMs of [0, nowMs, nowMs + 1e9])
        for (const firstSentAtMs of [undefined, nowMs + 2e9])
          expect(decideRequest(last, { ...asked.command, nowMs: atMs, firstSentAtMs }).kind).not.toBe(
            'claim',
          );
    });
  });

  it('a caller is answered with what is closed, waits for what is not, and is never given what was done with other params', () => {
    always(({ told }) => {
      for (const { command, state, kind } of told) {
        if (kind === 'replay') expect(state.generation?.outcome).not.toBeNull();
        if (kind === 'attach') expect(state.generation?.outcome).toBeNull();
        if (kind === 'replay' || kind === 'attach')
          expect(state.generation?.request.paramsDigest).toBe(command.paramsDigest);
      }
    });
  });

  it('what was first sent within a window that is over is never new work (row 14)', () => {
    let late = 0;
    always(({ told }) => {
      for (const { command, state, kind } of told) {
        const end = state.generation?.outcome?.windowEndsAtMs ?? null;
        const { firstSentAtMs, nowMs } = command;
        if (end === null || firstSentAtMs === undefined || nowMs < end) continue;
        if (firstSentAtMs >= end + FIRST_SENT_SKEW_MS) continue;
        late++;
        expect(kind).toBe('refuse');
      }
    });
    expect(late).toBeGreaterThan(0);
  });

  it('the same script is played the same way', () => {
    fc.assert(
      fc.property(script, (given) => expect(play(given)).toStrictEqual(play(given))),
      { numRuns: 100 },
    );
  });

  it('is worth testing: the scripts come by every event, every answer, and several generations', () => {
    const seen = new Set<string>();
    always(({ history, told }) => {
      for (const { type, data } of history) {
        seen.add(type);
        if ('settledBy' in data && data.settledBy) seen.add(`by ${data.settledBy}`);
        if (type === 'ActionRequested' && data.generation > 3) seen.add('a fourth generation');
        if (type === 'ActionStarted' && data.attempt > 2) seen.add('a third attempt');
        if ('error' in data) seen.add(data.error.code);
        if (type === 'ActionRequested' && data.reason !== undefined) seen.add('again by hand');
        if (type === 'ActionUndoFailed' && data.nextAttemptAtMs === null) seen.add('an undo given up');
        if (type === 'ActionUndoStarted' && data.attempt > 1) seen.add('a second attempt to undo');
      }
      for (const { kind } of told) seen.add(kind);
      // The rarest comes in one of 180: of so many each is there for certain.
    }, 4 * RUNS);
    for (const what of [
      ...[
        'ActionAttemptFailed',
        'ActionOutcomeUnknown',
        'ActionSucceeded',
        'ActionFailed',
        'ActionLateOutcome',
      ],
      ...[
        'ActionUndoFailed',
        'CANCELLED',
        'OUTCOME_UNKNOWN',
        'again by hand',
        'an undo given up',
        'a second attempt to undo',
      ],
      ...['ActionCancelRequested', 'ActionUndone', 'claim', 'attach', 'replay', 'refuse'],
      ...['LEASE_LOST', 'TIMED_OUT', 'ATTEMPTS_EXHAUSTED', 'a fourth generation', 'a third attempt'],
      ...['by late-worker', 'by probe', 'by operator'],
    ])
      expect([...seen]).toContain(what);
  });
});
