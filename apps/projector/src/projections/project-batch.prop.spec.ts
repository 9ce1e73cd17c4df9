import { executionId, parseActionStream } from '@action-do/contracts';
import { foldExecution, type Generation, isBeingUndone } from '@action-do/domain';
import type { RecordedEvent } from '@action-do/event-store';
import fc from 'fast-check';
import { history } from '../testing/histories.contract.js';
import { cut, projectAll } from '../testing/project-all.contract.js';
import { readActionEvent } from './read-action-event.js';

const cuts = fc.array(fc.nat({ max: 500 }), { maxLength: 30 });

describe('projecting any legal history', () => {
  it('gives the same rows however the log is cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(history, cuts, async (log, places) => {
        const whole = await projectAll([log]);
        const single = await projectAll(log.map((event) => [event]));
        const random = await projectAll(cut(log, places));
        expect(single.views.rows()).toEqual(whole.views.rows());
        expect(random.views.rows()).toEqual(whole.views.rows());
        expect(whole.passedOver).toEqual([]);
      }),
    );
  });

  it('says of each execution what the fold of its stream says at its end', async () => {
    await fc.assert(
      fc.asyncProperty(history, cuts, async (log, places) => {
        const { views } = await projectAll(cut(log, places));
        const expected = [...generationsOf(log)].map(([id, { generation, position }]): [string, object] => [
          id,
          shown(generation, position),
        ]);
        const rows = [...views.executionRows.values()].map((row): [string, object] => [
          row.executionId,
          {
            status: row.status,
            effect: row.effect,
            attempts: row.attempts,
            startedAtMs: row.startedAtMs,
            endedAtMs: row.endedAtMs,
            nextAttemptAtMs: row.nextAttemptAtMs,
            params: row.params,
            result: row.result,
            error: row.error,
            position: row.position,
            isOpen: views.open.has(row.executionId),
          },
        ]);
        expect(new Map(rows)).toEqual(new Map(expected));
      }),
    );
  });

  it('has one audit row an event, and the newest generation of a key answers for it', async () => {
    await fc.assert(
      fc.asyncProperty(history, cuts, async (log, places) => {
        const { views } = await projectAll(cut(log, places));
        expect([...views.audit.keys()]).toEqual(log.map(({ position }) => position));
        for (const [stream, row] of views.keys) {
          const last = log
            .filter(({ streamId, type }) => streamId === stream && type === 'ActionRequested')
            .at(-1);
          expect(row.executionId).toBe(last?.metadata['executionId']);
          expect(row.status).toBe(views.executionRows.get(row.executionId)?.status);
        }
      }),
    );
  });

  it('knows of events and keys where the execution begins, but of a late word about an earlier generation', async () => {
    await fc.assert(
      fc.asyncProperty(history, cuts, async (log, places) => {
        const { views } = await projectAll(cut(log, places));
        for (const { type, executionId: id, executionPosition } of views.audit.values()) {
          const begins = views.executionRows.get(id ?? '')?.firstPosition ?? null;
          if (type === 'ActionLateOutcome') expect([null, begins]).toContain(executionPosition);
          else expect(executionPosition).toBe(begins);
        }
        for (const [stream, { firstPosition }] of views.keys) {
          const [first] = [...views.executionRows.values()].filter((row) => row.stream === stream);
          expect(firstPosition).toBe(first?.firstPosition);
        }
      }),
    );
  });
});

/** Each generation as it stood when the next began, and the position of its newest event. */
function generationsOf(
  log: readonly RecordedEvent[],
): Map<string, { generation: Generation; position: bigint }> {
  const found = new Map<string, { generation: Generation; position: bigint }>();
  const streams = new Map<string, RecordedEvent[]>();
  for (const recorded of log) {
    const events = [...(streams.get(recorded.streamId) ?? []), recorded];
    streams.set(recorded.streamId, events);
    const read = events.map(readActionEvent).flatMap((event) => (typeof event === 'string' ? [] : [event]));
    const { generation } = foldExecution(read);
    const scope = parseActionStream(recorded.streamId)?.scope;
    if (!generation || !scope) throw new Error('the history begins in the middle');
    const { position } = recorded;
    found.set(executionId(scope, generation.request.generation), { generation, position });
  }
  return found;
}

/** As an executor shows it (`toExecution`). */
function shown(generation: Generation, position: bigint): object {
  const { status, effect, attempt, firstStartedAtMs, outcome, nextAttemptAtMs, request, lastError } =
    generation;
  const error = status === 'unknown' ? lastError : outcome && !outcome.ok ? outcome.error : null;
  return {
    status,
    effect,
    attempts: attempt,
    startedAtMs: firstStartedAtMs,
    endedAtMs: outcome?.atMs ?? null,
    nextAttemptAtMs,
    params: JSON.stringify(request.params),
    result: outcome?.ok ? JSON.stringify(outcome.result) : null,
    error: error && JSON.stringify(error),
    position,
    isOpen: ['pending', 'running', 'retrying'].includes(status) || isBeingUndone(generation),
  };
}
