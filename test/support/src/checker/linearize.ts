import { generationOf } from './check-answers.js';
import type { CallRecord, Violation } from './evidence.js';
import { type Answered, after, ghost, type KeyState, NEVER_ASKED } from './key-model.js';

/** More answers of one key than this are not looked through: the search grows with every one that overlaps. */
const ANSWERS_MAX = 48;
const TRIES_MAX = 50_000;

export interface KeysChecked {
  readonly violations: readonly Violation[];
  /** Keys with too many answers, or too many orders of them, to find out. */
  readonly undecided: readonly string[];
}

/** Whether what callers saw of each key could have been seen of one that answers one request after the other. */
export function checkKeys(calls: readonly CallRecord[]): KeysChecked {
  const violations: Violation[] = [];
  const undecided: string[] = [];
  for (const [key, ofKey] of byKey(calls)) {
    const verdict = isLinear(ofKey);
    if (verdict === 'undecided') undecided.push(key);
    if (verdict === 'no')
      violations.push({
        invariant: 'linear',
        of: key,
        what: `no order of its requests explains the answers:\n${ofKey.map(line).join('\n')}`,
      });
  }
  return { violations, undecided };
}

/**
 * After Wing and Gong: takes one request after the other of those that may have been first, and goes back where the model
 * could not have given its answer. What was seen before is not tried again.
 */
function isLinear(calls: readonly CallRecord[]): 'yes' | 'no' | 'undecided' {
  const answered = calls.filter(isAnswered);
  if (answered.length > ANSWERS_MAX) return 'undecided';
  const seen = new Set<string>();
  let tries = 0;
  const search = (state: KeyState, done: number): boolean => {
    if (done === 2 ** answered.length - 1) return true;
    const name = `${done} ${JSON.stringify(state)}`;
    if (seen.has(name)) return false;
    seen.add(name);
    const firstEnd = Math.min(
      ...answered.flatMap(({ endedAt }, index) => (has(done, index) ? [] : [endedAt])),
    );
    for (const [index, op] of answered.entries()) {
      if (has(done, index) || op.beganAt > firstEnd) continue;
      for (const before of withGhosts(state, op, calls))
        for (const next of after(before, op, generationOf)) {
          if (++tries > TRIES_MAX) return true;
          if (search(next, done + 2 ** index)) return true;
        }
    }
    return false;
  };
  const found = search(NEVER_ASKED, 0);
  if (tries > TRIES_MAX) return 'undecided';
  return found ? 'yes' : 'no';
}

/** The state as it is, and as it may be by requests that were sent before this one's answer and of which more came of than was seen. */
function withGhosts(state: KeyState, op: Answered, calls: readonly CallRecord[]): KeyState[] {
  const { said } = op;
  const wanted = 'id' in said ? generationOf(said.id) : state.generation + 1;
  const states = [state];
  let newest = [state];
  while ((newest[0]?.generation ?? wanted) < wanted) {
    const sources = new Map(
      calls.flatMap((call) => (call.beganAt < op.endedAt ? [[call.params, call] as const] : [])),
    );
    newest = newest.flatMap((from) => [...sources.values()].flatMap((source) => ghost(from, source) ?? []));
    states.push(...newest);
  }
  return states;
}

const has = (done: number, index: number): boolean => Math.floor(done / 2 ** index) % 2 === 1;

const isAnswered = (call: CallRecord): call is CallRecord & Answered =>
  call.verb === 'execute' && call.endedAt !== null && call.said.kind !== 'nothing';

function byKey(calls: readonly CallRecord[]): Map<string, CallRecord[]> {
  const keys = new Map<string, CallRecord[]>();
  for (const call of calls) {
    const known = keys.get(call.key);
    if (known) known.push(call);
    else keys.set(call.key, [call]);
  }
  return keys;
}

const line = ({ beganAt, endedAt, verb, requestId, params, said }: CallRecord): string =>
  `  ${beganAt} to ${endedAt}: ${verb} ${params} by ${requestId.slice(-4)}: ${JSON.stringify(said)}`;
