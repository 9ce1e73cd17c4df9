import type { LedgerLine } from '@action-do/test-support';
import type { Testimony } from '../kill/witness.js';

/**
 * What must hold whatever broke between the callers and their outcome:
 *
 * F1 no call takes longer than its timeout; each ends with a result, an acceptance, the truth that nobody knows, or
 *    an error that says "come again";
 * F2 all calls of one piece of work are one execution, and all results are the same;
 * F3 unknown is said of unsafe work alone: where its worker died, or where its handler was never called, for then the
 *    request was lost with the bus, and nobody can say so for certain;
 * F4 unsafe work is called at most once, and what has a result was called;
 * F5 all calls of a handler for one piece of work carry one effect key.
 */
export interface Rules {
  readonly timeoutMs: number;
  readonly mayBeUnknown: boolean;
}

const GRACE_MS = 6_000;
const COME_AGAIN = ['UNAVAILABLE', 'NO_HANDLER', 'PENDING', 'RATE_LIMITED'];

export function checkTestimonies(
  calls: readonly Testimony[],
  ledger: ReadonlyMap<string, readonly LedgerLine[]>,
  rules: Rules,
): string[] {
  const works = new Map<string, Testimony[]>();
  for (const call of calls) {
    const same = works.get(call.work.id);
    if (same === undefined) works.set(call.work.id, [call]);
    else same.push(call);
  }
  return [...works].flatMap(([id, same]) => {
    const action = same[0]?.work.action;
    const lines = ledger.get(id) ?? [];
    const mayBeUnknown = rules.mayBeUnknown || lines.length === 0;
    const broken = [...checkAnswers(same, { ...rules, mayBeUnknown }), ...checkEffects(same, lines)];
    return broken.map((what) => `${action} ${id}: ${what}`);
  });
}

function checkAnswers(calls: readonly Testimony[], { timeoutMs, mayBeUnknown }: Rules): string[] {
  const broken: string[] = [];
  for (const { work, told, begunAtMs, toldAtMs } of calls) {
    const tookMs = Math.round(toldAtMs - begunAtMs);
    if (tookMs > timeoutMs + GRACE_MS) broken.push(`F1 a call took ${tookMs} ms`);
    if (told.kind !== 'error') continue;
    if (told.code === 'OUTCOME_UNKNOWN') {
      if (work.action !== 'note-unsafe' || !mayBeUnknown || !told.final) broken.push('F3 told as unknown');
    } else if (!COME_AGAIN.includes(told.code)) broken.push(`F1 a call ended with ${told.code}`);
  }
  const ids = new Set(calls.map(({ told }) => told.executionId).filter((id) => id !== ''));
  if (ids.size > 1) broken.push(`F2 one work, several executions: ${[...ids].join(', ')}`);
  const results = new Set(calls.flatMap(({ told }) => (told.kind === 'result' ? [told.result] : [])));
  if (results.size > 1) broken.push(`F2 different results: ${[...results].join(' | ')}`);
  const isUnknown = calls.some(({ told }) => told.kind === 'error' && told.code === 'OUTCOME_UNKNOWN');
  if (isUnknown && results.size > 0 && !mayBeUnknown) broken.push('F3 unknown, and a result');
  return broken;
}

function checkEffects(calls: readonly Testimony[], lines: readonly LedgerLine[]): string[] {
  const [first] = calls;
  if (first === undefined || first.work.action === 'send-welcome-email') return [];
  const broken: string[] = [];
  if (first.work.action === 'note-unsafe' && lines.length > 1) broken.push(`F4 called ${lines.length} times`);
  if (lines.length === 0 && calls.some(({ told }) => told.kind === 'result'))
    broken.push('F4 a result without a call');
  if (new Set(lines.map(({ effectKey }) => effectKey)).size > 1) broken.push('F5 several effect keys');
  return broken;
}
