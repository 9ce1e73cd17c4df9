import type { History, Violation } from '../history/history.js';
import type { Journal } from './journal.js';

const TOLD_MAX = 200;

/** Writes down each violation with all that every side knows of that piece of work. */
export function tellStories(violations: readonly Violation[], history: History, journal: Journal): void {
  for (const violation of violations.slice(0, TOLD_MAX)) {
    const { work } = violation;
    const generations = [...history.generations.values()].filter((generation) => generation.work === work);
    const keys = new Set(generations.map(({ effectKey }) => effectKey));
    journal.note('violation', {
      ...violation,
      ...(work !== '' && {
        calls: history.calls.filter((call) => call.work.id === work),
        generations,
        handlerCalls: history.handlerCalls.filter((call) => call.work === work),
        effects: history.effects.filter(({ effectKey }) => keys.has(effectKey)),
      }),
    });
  }
}
