import type { Effects } from '@action-do/contracts';
import type { RecordedEvent } from '@action-do/event-store';
import {
  type Violation as Broken,
  type CallRecord,
  checkEvidence,
  type Evidence,
  type HandlerCall,
} from '@action-do/test-support';
import { afterProbe } from './check-doubled.js';
import { groupBy } from './group-by.js';
import type { Answer, Call, History, Violation, ViolationKind } from './history.js';
import { SAME_TIME_MS } from './history.js';

/** What the checker of the simulation calls by the numbers of the invariants. */
const KINDS: Readonly<Record<string, ViolationKind>> = {
  I1: 'doubled',
  I2: 'doubled',
  I3: 'lost',
  I4: 'stuck',
  I5: 'doubled',
  I6: 'lie',
  I8: 'lie',
  linear: 'lie',
  I12: 'failed',
};

/**
 * The same history before the checker of the simulation: the fold of the log, every answer, every call of a handler, and
 * whether what callers saw of a piece of work could have been seen of one that answers one request after the other; and the
 * views. Piece by piece, for what it looks through grows faster than a history does.
 */
export function checkInvariants(history: History, log: readonly RecordedEvent[]): Violation[] {
  return [...evidenceByWork(history, log)].flatMap(([work, evidence]) =>
    checkEvidence(evidence).violations.map((broken) => ({
      kind: KINDS[broken.invariant] ?? 'lie',
      work,
      what: tell(broken),
    })),
  );
}

const tell = ({ invariant, of = '', what }: Broken): string => `${invariant} ${of} ${what}`;

function* evidenceByWork(
  { calls, handlerCalls, given, effects, probes, generations, views }: History,
  log: readonly RecordedEvent[],
): Generator<[string, Evidence]> {
  const workOfStream = new Map([...generations.values()].map(({ stream, work }) => [stream, work]));
  const events = groupBy(log, ({ streamId }) => workOfStream.get(streamId) ?? '');
  const callsOf = groupBy(calls, ({ work }) => work.id);
  const linesOf = groupBy(handlerCalls, ({ work }) => work);
  const isLate = afterProbe(probes);
  const effectOf = new Map(effects.map((effect) => [nameOf(effect.effectKey, effect), effect]));
  const givenOf = new Map(given.map((one) => [nameOf(one.executionId, one), one.result]));
  const rowsOf = groupBy(views?.rows ?? [], ({ executionId }) => generations.get(executionId)?.work ?? '');
  for (const work of new Set([...callsOf.keys(), ...events.keys(), ...rowsOf.keys()])) {
    const recorded = events.get(work) ?? [];
    // What came in the last stop the views may not have seen: they are begun again for that, and not lost.
    const isSeen = views !== undefined && recorded.every(({ position }) => position <= views.position);
    const ledger = (linesOf.get(work) ?? []).map((line): HandlerCall => {
      const { action, executionId, effectKey, attempt, pid } = line;
      const effect = effectOf.get(nameOf(effectKey, line));
      const result = givenOf.get(nameOf(executionId, line));
      return {
        action,
        executionId,
        effectKey,
        attempt,
        by: String(pid),
        logEnd: newestAt(recorded, line.atMs),
        effect: effect !== undefined,
        afterProbe: effect !== undefined && isLate(effect),
        ...(result !== undefined && { result }),
      };
    });
    yield [
      work,
      {
        calls: (callsOf.get(work) ?? []).flatMap(recordsOf),
        ledger,
        log: recorded.map(({ id, streamId, revision, position, type, data, metadata }) => ({
          id,
          streamId,
          revision: Number(revision),
          position: Number(position),
          type,
          data,
          metadata,
        })),
        ...(isSeen && { views: rowsOf.get(work) ?? [] }),
        afterwards: { waiting: [], held: [] },
      },
    ];
  }
}

/** Position of the newest event at a time; of what was recorded at about the same time nobody can say that it came later. */
const newestAt = (recorded: readonly RecordedEvent[], atMs: number): number =>
  Number(recorded.findLast(({ createdAtMs }) => createdAtMs <= atMs + SAME_TIME_MS)?.position ?? 0n);

const nameOf = (what: string, { attempt, pid }: { readonly attempt: number; readonly pid: number }): string =>
  `${what} ${attempt} ${pid}`;

function recordsOf({ work, requestId, answers }: Call): CallRecord[] {
  const { id, place, effects, key } = work;
  return answers.map((answer) => ({
    requestId,
    verb: answer.via,
    action: `${place}-${effects}`,
    effects: effects satisfies Effects,
    // Each call of a read without a key is work of its own.
    key: effects === 'none' && key === undefined ? requestId : id,
    windowed: false,
    params: id,
    beganAt: answer.sentAtMs,
    endedAt: answer.answeredAtMs,
    said: saidBy(answer),
  }));
}

function saidBy({
  lost,
  status,
  how: word,
  code,
  executionId: id,
  effect,
  result = '',
}: Answer): CallRecord['said'] {
  if (lost !== undefined) return { kind: 'nothing' };
  const how = word === 'executed' || word === 'replayed' ? word : 'attached';
  if (status === 200) return { kind: 'succeeded', id, how, result };
  if (status === 202) return { kind: 'accepted', id };
  if (code === 'OUTCOME_UNKNOWN') return { kind: 'unknown', id, how };
  return id === '' || status === 503 || status === 429
    ? { kind: 'refused', code }
    : { kind: 'failed', id, how, code, effect: effect ?? 'unknown' };
}
