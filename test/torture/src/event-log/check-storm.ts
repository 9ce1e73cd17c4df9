import type { LedgerLine } from '@action-do/test-support';
import { PROMISED } from './promised.js';
import type { Heard } from './storm-call.js';

/**
 * What must hold when nothing but the event log is taken away and comes back:
 *
 * S1 every call is answered within its wait and the gateway's own five seconds: with the outcome, as accepted, or with
 *    503 and the word to come again;
 * S2 all calls of one piece of work are one execution, and all results are the same bytes;
 * S3 what was answered with a result is replayed ever after;
 * S4 the repeat after the storm gets a result, whatever was said before;
 * S5 the handler was called once, of whatever class it is: whoever performs it lives on.
 */
export interface Storm {
  readonly heard: readonly Heard[];
  /** Of every work once, when all was calm again; part of `heard` as well. */
  readonly repeats: readonly Heard[];
  readonly ledger: ReadonlyMap<string, readonly LedgerLine[]>;
}

/** @param lateMs how long the callers' process was kept from running during a call: by so much more it may seem to take */
export function checkStorm(
  { heard, repeats, ledger }: Storm,
  lateMs: (call: Heard) => number = () => 0,
): string[] {
  const works = new Map<string, Heard[]>();
  for (const call of heard) works.set(call.work.id, [...(works.get(call.work.id) ?? []), call]);
  const repeated = new Map(repeats.map((call) => [call.work.id, call]));
  return [...works].flatMap(([id, calls]) => {
    const broken = [
      ...calls.flatMap((call) => checkAnswer(call, lateMs(call))),
      ...checkSame(calls),
      ...checkRepeat(calls, repeated.get(id)),
      ...checkEffect(ledger.get(id) ?? []),
    ];
    return broken.map((what) => `${calls[0]?.work.action} ${id}: ${what}`);
  });
}

function checkAnswer(call: Heard, lateMs: number): string[] {
  const { status, code, shouldRetry, retryAfter, waitSeconds } = call;
  const broken: string[] = [];
  const behindWaitMs = behindWaitOf(call);
  if (behindWaitMs > PROMISED.answerBehindWaitMs + lateMs)
    broken.push(`S1 a call that waits ${waitSeconds} s took ${Math.round(behindWaitMs)} ms more`);
  if (status === 200 || status === 202) return broken;
  if (status !== 503) broken.push(`S1 answered with ${status} ${code}`);
  else if (shouldRetry !== 'true' || retryAfter === '')
    broken.push(`S1 503 ${code} without the word to come again`);
  return broken;
}

/** How long the answer came after the wait that was asked for; below 0 within it. */
export const behindWaitOf = ({ waitSeconds, begunAtMs, endedAtMs }: Heard): number =>
  endedAtMs - begunAtMs - waitSeconds * 1_000;

function checkSame(calls: readonly Heard[]): string[] {
  const broken: string[] = [];
  const ids = new Set(calls.flatMap(({ executionId }) => (executionId === '' ? [] : [executionId])));
  if (ids.size > 1) broken.push(`S2 several executions: ${[...ids].join(', ')}`);
  const results = new Set(calls.flatMap(({ result }) => result ?? []));
  if (results.size > 1) broken.push(`S2 different results: ${[...results].join(' | ')}`);
  return broken;
}

function checkRepeat(calls: readonly Heard[], repeat: Heard | undefined): string[] {
  if (repeat === undefined) return ['S4 was not repeated'];
  if (repeat.result === undefined) return [`S4 the repeat got ${repeat.status} ${repeat.code}`];
  const settled = calls.filter(
    ({ result, endedAtMs }) => result !== undefined && endedAtMs < repeat.begunAtMs,
  );
  return settled.length > 0 && repeat.how !== 'replayed'
    ? [`S3 the repeat was ${repeat.how}, not replayed`]
    : [];
}

function checkEffect(lines: readonly LedgerLine[]): string[] {
  return lines.length === 1 ? [] : [`S5 its handler was called ${lines.length} times`];
}
