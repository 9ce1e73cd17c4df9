import type { Afterwards, Evidence, HandlerCall, Violation } from './evidence.js';
import type { Told } from './read-log.js';
import { isRepeatable } from './repeatable.js';

/** Row 19 and I4: what is parked when all is over waits for an operator; so nothing and nobody else may be able to end it. */
export function checkParked(
  { ledger = [], probes = [], afterwards }: Pick<Evidence, 'ledger' | 'probes' | 'afterwards'>,
  executions: ReadonlyMap<string, Told>,
): Violation[] {
  if (afterwards === undefined) return [];
  const parked = [...executions.values()].filter(({ generation }) => generation.status === 'unknown');
  return parked.flatMap((told) => {
    const { effects } = told.generation.request.policy;
    const blame = (what: string): Violation[] => [{ invariant: 'I4', of: told.id, what }];
    if (isRepeatable(effects)) return blame(`it stays unknown, although ${effects} work may be done again`);
    if (ledger.some((call) => isLastWord(call, told, afterwards)))
      return blame('it stays unknown, although its handler has ended');
    if (effects === 'verifiable' && afterwards.probesAreHeard && everyProbeSpoke(probes, told))
      return blame('it stays unknown, although no probe of it was silent');
    return [];
  });
}

/** What the newest attempt gave, to the very executor that began it. */
const isLastWord = (
  { executionId, attempt, by, result }: HandlerCall,
  { id, generation, started }: Told,
  afterwards: Afterwards,
): boolean =>
  executionId === id &&
  attempt === generation.attempt &&
  result !== undefined &&
  isHeard(by, started.get(attempt)?.executor, afterwards);

/**
 * Whether what `by` performed must have come to the executor that began it: in its own process, or from a worker between
 * which and the executor nothing was lost.
 */
export function isHeard(
  by: string,
  executor: string | undefined,
  { living = [], unheard = [] }: Pick<Afterwards, 'living' | 'unheard'>,
): boolean {
  if (executor === undefined || !living.includes(executor)) return false;
  return by === executor || (living.includes(by) && !unheard.includes(`${by} ${executor}`));
}

/** Also where none was asked. */
const everyProbeSpoke = (probes: NonNullable<Evidence['probes']>, { id, generation }: Told): boolean =>
  probes
    .filter(({ executionId, attempt }) => executionId === id && attempt === generation.attempt)
    .every(({ spoke }) => spoke);
