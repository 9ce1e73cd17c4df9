import type { LedgerLine } from '@action-do/test-support';
import type { Testimony, Work } from './witness.js';

/**
 * What must hold of one round, told from outside alone: what callers heard, and what the effects' own ledgers say.
 *
 * K1 no call takes longer than its timeout; each ends with a result, an acceptance, or the truth that nobody knows.
 * K2 what was acknowledged is there: the repeat gets the same execution and, byte for byte, the same result, replayed.
 * K3 `unknown` is said of unsafe work alone, only where the kill can have hit it, and never after a result was told.
 * K4 unsafe work is called at most once; work that no crash can have hit exactly once.
 * K5 all calls of one piece of work carry one effect key, each attempt is one call, and the result tells that key.
 * K6 a mail lies in the drop exactly once for each key that a result tells.
 */
export interface Round {
  readonly killedAtMs: number;
  /** When the platform was back for good. */
  readonly readyAtMs: number;
  readonly timeoutMs: number;
  readonly calls: readonly Testimony[];
  readonly repeats: readonly Testimony[];
}

export interface Effects {
  readonly ledger: ReadonlyMap<string, readonly LedgerLine[]>;
  /** Effect keys of the mails in the drop. */
  readonly mails: ReadonlySet<string>;
}

const GRACE_MS = 1_500;

export function checkRound(round: Round, effects: Effects): string[] {
  const works = new Map<string, Testimony[]>();
  for (const call of [...round.calls, ...round.repeats])
    works.set(call.work.id, [...(works.get(call.work.id) ?? []), call]);
  return [...works.values()].flatMap((calls) => {
    const [first] = calls;
    if (first === undefined) return [];
    const broken = [...checkAnswers(calls, round), ...checkEffects(first.work, calls, round, effects)];
    return broken.map((what) => `${first.work.action} ${first.work.id}: ${what}`);
  });
}

const distinct = (values: readonly string[]): string[] => [...new Set(values)];
const resultsOf = (calls: readonly Testimony[]): string[] =>
  distinct(calls.flatMap(({ told }) => (told.kind === 'result' ? [told.result] : [])));

function checkAnswers(calls: readonly Testimony[], round: Round): string[] {
  const broken: string[] = [];
  const unsafe = calls[0]?.work.action === 'note-unsafe';
  for (const { told, begunAtMs, toldAtMs } of calls) {
    const tookMs = Math.round(toldAtMs - begunAtMs);
    if (tookMs > round.timeoutMs + GRACE_MS) broken.push(`K1 a call took ${tookMs} ms`);
    if (told.kind !== 'error') continue;
    if (told.code !== 'OUTCOME_UNKNOWN') broken.push(`K1 a call ended with ${told.code}`);
    else if (!unsafe || !told.final) broken.push('K3 told as unknown, or as worth a retry');
  }
  const ids = distinct(calls.map(({ told }) => told.executionId));
  if (ids.length !== 1) broken.push(`K2 one work, several executions: ${ids.join(', ')}`);
  const results = resultsOf(calls);
  if (results.length > 1) broken.push(`K2 different results: ${results.join(' | ')}`);
  const repeats = calls.filter(({ begunAtMs }) => begunAtMs > round.readyAtMs);
  if (repeats.length === 0) broken.push('K2 was not repeated');
  const isUnknown = repeats.some(({ told }) => told.kind === 'error');
  if (isUnknown && results.length > 0) broken.push('K3 told as unknown although a result was told');
  if (isUnknown && !calls.some((call) => wasHit(call, round)))
    broken.push('K3 told as unknown although no crash hit it');
  const settledBefore = calls.some(
    ({ told, toldAtMs }) => told.kind === 'result' && toldAtMs < round.killedAtMs,
  );
  if (settledBefore && repeats.some(({ told }) => told.kind === 'result' && !told.replayed))
    broken.push('K2 a repeat of something settled was not replayed');
  return broken;
}

/** Under way, or accepted and perhaps not ended, when the process died. */
const wasHit = ({ begunAtMs, toldAtMs, told }: Testimony, { killedAtMs, readyAtMs }: Round): boolean =>
  begunAtMs < readyAtMs && (toldAtMs >= killedAtMs || told.kind === 'accepted');

function checkEffects(work: Work, calls: readonly Testimony[], round: Round, effects: Effects): string[] {
  const [result] = resultsOf(calls);
  const key = result === undefined ? undefined : keyIn(result);
  if (work.action === 'send-welcome-email')
    return key !== undefined && effects.mails.has(key) ? [] : [`K6 no mail for ${result}`];
  const lines = effects.ledger.get(work.id) ?? [];
  const broken: string[] = [];
  const keys = distinct(lines.map(({ effectKey }) => effectKey));
  if (keys.length > 1) broken.push(`K5 several effect keys: ${keys.join(', ')}`);
  if (key !== undefined && keys[0] !== key) broken.push(`K5 the result tells ${key}, the ledger ${keys[0]}`);
  if (new Set(lines.map(({ attempt }) => attempt)).size !== lines.length)
    broken.push('K5 one attempt was called twice');
  if (work.action === 'note-unsafe' && lines.length > 1) broken.push(`K4 called ${lines.length} times`);
  const untouched = calls.every((call) => !wasHit(call, round));
  if (untouched && lines.length !== 1) broken.push(`K4 called ${lines.length} times though no crash hit it`);
  return broken;
}

/** `"effectKey":"<key>"` of the notes, `"messageId":"<key@…>"` of the mails. */
const keyIn = (result: string): string | undefined =>
  /"(?:effectKey":"|messageId":"<)([0-9a-f]+-\d+)/.exec(result)?.[1];
