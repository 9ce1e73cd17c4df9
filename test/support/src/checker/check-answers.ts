import { parseExecutionId } from '@action-do/contracts';
import type { CallRecord, Evidence, Violation } from './evidence.js';
import type { Told } from './read-log.js';

/** Answers that no caller may ever get: they tell of our bugs. */
const OURS = 'INTERNAL';

/** I3 and I6: what callers were told, against the log. An answer that the log contradicts is a lie. */
export function checkAnswers(
  { calls }: Pick<Evidence, 'calls'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  return calls.flatMap((call) => [...checkAnswer(call, executions)]);
}

function* checkAnswer(call: CallRecord, executions: ReadonlyMap<string, Told>): Generator<Violation> {
  const { said } = call;
  if (said.kind === 'nothing') return;
  if (said.kind === 'refused') {
    if (said.code === OURS) yield { invariant: 'I12', of: call.key, what: 'a caller was told INTERNAL' };
    return;
  }
  const told = executions.get(said.id);
  if (told === undefined) {
    yield { invariant: 'I3', of: said.id, what: `a caller was told ${said.kind} of what is not in the log` };
    return;
  }
  const lie = (what: string): Violation => ({ invariant: 'I6', of: said.id, what });
  const { outcome, request } = told.generation;
  if (request.action !== call.action) yield lie(`a caller of ${call.action} was told of ${request.action}`);
  switch (said.kind) {
    case 'succeeded': {
      const result = outcome?.ok ? JSON.stringify(outcome.result) : undefined;
      if (result !== said.result)
        yield lie(`a caller got ${said.result}, the log has ${result ?? 'no success'}`);
      break;
    }
    case 'failed':
      if (outcome === null || outcome.ok || outcome.error.code !== said.code)
        yield lie(
          `a caller got ${said.code}, the log has ${outcome?.ok === false ? outcome.error.code : 'no failure'}`,
        );
      break;
    case 'unknown':
      if (!told.wasUnknown) yield lie('a caller was told that the outcome is unknown, the log never was');
  }
}

/** Every doing of a key has one result, byte for byte: also where the log was lost that could say which is right. */
export function checkSameBytes({ calls }: Pick<Evidence, 'calls'>): Violation[] {
  const first = new Map<string, string>();
  const violations: Violation[] = [];
  for (const { said } of calls) {
    if (said.kind !== 'succeeded' && said.kind !== 'failed') continue;
    const text = said.kind === 'succeeded' ? said.result : said.code;
    const before = first.get(said.id) ?? text;
    first.set(said.id, before);
    if (before !== text)
      violations.push({ invariant: 'I6', of: said.id, what: `one caller got ${before}, another ${text}` });
  }
  return violations;
}

/** The number of a doing, and the key that it is of. @throws TypeError it is no execution's id */
export function generationOf(id: string): number {
  const parsed = parseExecutionId(id);
  if (parsed === null) throw new TypeError(`${id} is no execution's id`);
  return parsed.generation;
}
