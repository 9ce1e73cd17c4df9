import type { Call, History, Violation } from '../history/history.js';
import { takenOver } from '../history/recovery.js';
import type { Journal } from './journal.js';

const TOLD_MAX = 200;
const SLOWEST = 10;

/** Writes down each violation with all that every side knows of that piece of work. */
export function tellStories(violations: readonly Violation[], history: History, journal: Journal): void {
  for (const violation of violations.slice(0, TOLD_MAX))
    journal.note('violation', { ...violation, ...storyOf(violation.work, history) });
}

/** The same of what took longest: calls, and takeovers from executors that were killed. */
export function tellSlowest(history: History, leaseMs: number, journal: Journal): void {
  const tookMs = ({ begunAtMs, endedAtMs }: Call): number => endedAtMs - begunAtMs;
  for (const one of history.calls.toSorted((a, b) => tookMs(b) - tookMs(a)).slice(0, SLOWEST))
    journal.note('slow call', { tookMs: tookMs(one), ...storyOf(one.work.id, history) });
  const held = takenOver(history, leaseMs).filter(({ how }) => how !== 'ended');
  for (const one of held.toSorted((a, b) => b.afterMs - a.afterMs).slice(0, SLOWEST))
    journal.note('slow takeover', { ...one, ...storyOf(one.work, history) });
}

function storyOf(work: string, history: History): object {
  if (work === '') return {};
  const generations = [...history.generations.values()].filter((generation) => generation.work === work);
  const keys = new Set(generations.map(({ effectKey }) => effectKey));
  return {
    work,
    calls: history.calls.filter((call) => call.work.id === work),
    generations,
    handlerCalls: history.handlerCalls.filter((call) => call.work === work),
    effects: history.effects.filter(({ effectKey }) => keys.has(effectKey)),
  };
}
