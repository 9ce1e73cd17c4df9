import type { Evidence, HandlerCall, Violation } from './evidence.js';
import type { Told } from './read-log.js';
import { isRepeatable } from './repeatable.js';

/** I2 and I5: what handlers were asked to do, against what the log says was begun. */
export function checkCalls(
  { ledger: noted, orders = [] }: Pick<Evidence, 'ledger' | 'orders'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  const ledger = noted ?? [];
  const byExecution = new Map<string, HandlerCall[]>();
  for (const call of ledger) {
    const known = byExecution.get(call.executionId);
    if (known) known.push(call);
    else byExecution.set(call.executionId, [call]);
  }
  return [
    ...beganBefore(ledger, executions),
    ...[...executions.values()].flatMap((told) => repeats(told, byExecution.get(told.id) ?? [], ledger)),
    ...(noted === undefined ? [] : [...executions.values()].flatMap((told) => withoutEffect(told, noted))),
    ...effectKeys(ledger, executions, new Set(orders.map(({ requestId }) => requestId))),
  ];
}

/** I2: a handler is called only when its ActionStarted is durable, and once an attempt. */
function beganBefore(ledger: readonly HandlerCall[], executions: ReadonlyMap<string, Told>): Violation[] {
  const violations: Violation[] = [];
  const seen = new Map<string, HandlerCall>();
  for (const call of ledger) {
    const { executionId: of, attempt, by, logEnd } = call;
    const blame = (what: string): void => void violations.push({ invariant: 'I2', of, what });
    const started = executions.get(of)?.started.get(attempt);
    if (started === undefined) blame(`${by} was called for attempt ${attempt}, which the log does not know`);
    else if (logEnd !== undefined && started.position > logEnd)
      blame(`${by} was called for attempt ${attempt} before its ActionStarted was durable`);
    const before = seen.get(`${of} ${attempt}`);
    if (before) blame(`attempt ${attempt} was made twice, by ${before.by} and by ${by}`);
    seen.set(`${of} ${attempt}`, call);
  }
  return violations;
}

/** I5: an unsafe action is called again only where every call before said that nothing happened; one effect a key. */
function repeats(told: Told, calls: readonly HandlerCall[], ledger: readonly HandlerCall[]): Violation[] {
  const violations: Violation[] = [];
  const { policy, effectKey: key } = told.generation.request;
  const blame = (what: string): void => void violations.push({ invariant: 'I5', of: told.id, what });
  if (calls.length > policy.retry.attemptsMax)
    blame(`${calls.length} calls, of at most ${policy.retry.attemptsMax}`);
  if (policy.effects === 'unsafe') {
    const doubtful = calls.filter(({ attempt }) => !told.harmless.has(attempt));
    if (doubtful.length > 1) blame(`an unsafe action was called ${doubtful.length} times`);
    const effectCount = calls.filter(({ effect }) => effect).length;
    if (effectCount > 1) blame(`an unsafe action had ${effectCount} effects`);
  }
  if (policy.effects === 'verifiable') {
    const had = calls.filter(({ effect }) => effect);
    if (had.length > 1 && had.some(({ afterProbe }) => !afterProbe))
      blame(`the effect was had ${had.length} times, and a probe could tell of the first`);
  }
  if (policy.effects !== 'transactional') return violations;
  const effects = ledger.filter(({ effectKey, effect }) => effect && effectKey === key);
  if (effects.length > 1) blame(`a transactional action had ${effects.length} effects under one key`);
  return violations;
}

function withoutEffect({ id, generation, settled }: Told, ledger: readonly HandlerCall[]): Violation[] {
  const { policy, effectKey: key } = generation.request;
  if (policy.effects !== 'transactional' || !generation.outcome?.ok || settled?.by === 'operator') return [];
  if (ledger.some(({ effectKey, effect }) => effect && effectKey === key)) return [];
  return [{ invariant: 'I5', of: id, what: 'a transactional action succeeded without its effect' }];
}

/** The key that guards the effect is that of the request, in every attempt; and of a key's next doing, where doubt is left. */
function effectKeys(
  ledger: readonly HandlerCall[],
  executions: ReadonlyMap<string, Told>,
  operators: ReadonlySet<string>,
): Violation[] {
  const violations: Violation[] = [];
  for (const { executionId: of, effectKey, attempt } of ledger) {
    const wanted = executions.get(of)?.generation.request.effectKey;
    if (wanted !== undefined && wanted !== effectKey)
      violations.push({
        invariant: 'I5',
        of,
        what: `attempt ${attempt} was given effect key ${effectKey}, its request says ${wanted}`,
      });
  }
  const newest = new Map<string, Told>();
  for (const told of executions.values()) {
    const before = newest.get(told.stream);
    if (before !== undefined) violations.push(...handOver(before, told, operators));
    newest.set(told.stream, told);
  }
  return violations;
}

function handOver(before: Told, next: Told, operators: ReadonlySet<string>): Violation[] {
  const { outcome, effect, request, status } = before.generation;
  const windowEnd = outcome?.windowEndsAtMs ?? null;
  const isOver = windowEnd !== null && next.generation.request.atMs >= windowEnd;
  const blame = (what: string): Violation[] => [{ invariant: 'I5', of: next.id, what }];
  const sameKey = request.effectKey === next.generation.request.effectKey;
  if (request.requestId === next.generation.request.requestId)
    return blame('one call began two doings, one after the other');
  if (operators.has(next.generation.request.requestId)) return again(before, sameKey, blame);
  if (isOver || status === 'undone')
    return sameKey ? blame('work that is new has the effect key of what was done before') : [];
  if (outcome === null) return blame('it began while the one before was not closed');
  if (outcome.ok) return blame('it did again what had succeeded');
  if (effect === 'none') return sameKey ? blame('its effect key is that of work that did nothing') : [];
  if (!isRepeatable(request.policy.effects))
    return blame(`it did again ${request.policy.effects} work of which the effect was ${effect}`);
  return sameKey ? [] : blame('its effect key is new, although the one before may have had its effect');
}

/** Row 19: an operator who knows better may have it done again, whenever that is, under the key that guards it. */
function again({ generation }: Told, sameKey: boolean, blame: (what: string) => Violation[]): Violation[] {
  const { outcome, effect } = generation;
  if (outcome === null || outcome.ok) return blame('an operator had done again what had not failed');
  if (effect === 'none') return sameKey ? blame('its effect key is that of work that did nothing') : [];
  return sameKey ? [] : blame('its effect key is new, although the one before may have had its effect');
}
