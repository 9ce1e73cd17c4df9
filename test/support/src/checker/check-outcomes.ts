import type { Evidence, HandlerCall, OrderRecord, Violation } from './evidence.js';
import type { Told } from './read-log.js';

/** What the log says of outcomes and requests, against what handlers did and callers asked for: nothing is made up. */
export function checkOutcomes(
  { calls, ledger, probes, orders = [] }: Pick<Evidence, 'calls' | 'ledger' | 'probes' | 'orders'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  const asked = new Set([...calls, ...orders].map(({ requestId }) => requestId));
  return [...executions.values()].flatMap((told) => [
    ...(told.settled?.by === 'operator'
      ? wordOf(told, orders)
      : [...resultOf(told, ledger, probes), ...effectOf(told, ledger)]),
    ...(asked.size === 0 || asked.has(told.generation.request.requestId)
      ? []
      : [{ invariant: 'I6', of: told.id, what: `nobody sent request ${told.generation.request.requestId}` }]),
  ]);
}

/** What an operator settled, an operator wanted settled: by saying how it ended, or by having it done again. */
const wordOf = ({ id }: Told, orders: readonly OrderRecord[]): Violation[] =>
  orders.some((order) => order.id === id && (order.verb === 'resolve' || order.verb === 'retry'))
    ? []
    : [{ invariant: 'I6', of: id, what: 'no operator said anything of it' }];

/** A result is what the handler gave in that very attempt; one that a probe told, what a probe of it said. */
function resultOf(
  { id, generation, settled }: Told,
  ledger: Evidence['ledger'],
  probes: Evidence['probes'],
): Violation[] {
  const { outcome } = generation;
  if (!outcome?.ok || settled === null || ledger === undefined) return [];
  const result = JSON.stringify(outcome.result);
  const isOf = (one: { readonly executionId: string }): boolean => one.executionId === id;
  if (settled.by === 'probe') {
    const said = probes?.some((probe) => isOf(probe) && probe.result === result) ?? ledger.some(isOf);
    return said ? [] : [{ invariant: 'I6', of: id, what: `no probe said ${result}` }];
  }
  if (ledger.some((call) => isOf(call) && call.attempt === settled.attempt && call.result === result))
    return [];
  return [{ invariant: 'I6', of: id, what: `attempt ${settled.attempt} did not give ${result}` }];
}

/** Nobody is told that nothing happened where something did, as far as anybody could know. */
function effectOf({ id, generation }: Told, ledger: readonly HandlerCall[] = []): Violation[] {
  const { outcome, request } = generation;
  const { effects } = request.policy;
  if (outcome === null || outcome.ok || outcome.effect !== 'none' || effects === 'none') return [];
  const couldBeKnown = ({ afterProbe }: HandlerCall): boolean => effects !== 'verifiable' || !afterProbe;
  const had = ledger.find((call) => call.effect && call.executionId === id && couldBeKnown(call));
  if (had === undefined) return [];
  return [
    { invariant: 'I6', of: id, what: `it says that nothing happened; attempt ${had.attempt} had its effect` },
  ];
}
