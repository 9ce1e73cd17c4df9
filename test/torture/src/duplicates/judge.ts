import type { TortureReport } from '../torture-mode.js';
import type { Heard } from './client.js';
import { findUnequal } from './find-unequal.js';

/** What was heard, what the outside world saw, and what the log holds, of executions that were each asked for three times. */
export interface Seen {
  readonly rounds: number;
  readonly heard: readonly Heard[];
  readonly effects: readonly string[];
  readonly recorded: ReadonlyMap<string, number>;
  readonly code: number | null;
  readonly tookMs: number;
}

/** One effect and one outcome for each, the same bytes for all who asked, and nothing else in the log. */
export function judge({ rounds, heard, effects, recorded, code, tookMs }: Seen): TortureReport {
  const outcomes = recorded.get('ActionSucceeded') ?? 0;
  const events = [...recorded.values()].reduce((sum, count) => sum + count, 0);
  const unequal = findUnequal(heard, 3);
  const violations = [...unequal];
  const expectCount = (what: string, count: number, expected: number): void => {
    if (count !== expected) violations.push(`${what}: ${count} instead of ${expected}`);
  };
  expectCount('executions heard of', new Set(heard.map(({ id }) => id)).size, rounds);
  expectCount('effects', effects.length, rounds);
  expectCount('executions with an effect', new Set(effects).size, rounds);
  expectCount('ActionSucceeded', outcomes, rounds);
  expectCount('events (three an execution)', events, rounds * 3);
  expectCount('exit code', code ?? -1, 0);
  const figures = {
    executions: rounds,
    requests: heard.length,
    effects: effects.length,
    outcomes,
    'executions with unequal answers': unequal.length,
    'requests per second': Math.round((heard.length / tookMs) * 1_000),
  };
  return { figures, violations };
}
