import type { ActionEventType, JsonObject } from '@action-do/contracts';
import { objectAt, textAt } from '../gateway/json-reading.js';

/** @param by whose word it was */
type Line = (data: JsonObject, by: string) => string;

/** What an event says, in a sentence. Exhaustive: a new type of event asks for its own. */
const LINES: Readonly<Record<ActionEventType, Line>> = {
  ActionRequested: (data, by) =>
    `requested, generation ${textAt(data, 'generation')}${textAt(data, 'reason') && ` by ${by}, to be done again: ${textAt(data, 'reason')}`}`,
  ActionStarted: (data) => `attempt ${textAt(data, 'attempt')} started on ${textAt(data, 'executor')}`,
  ActionAttemptFailed: (data) => {
    const nextAtMs = Number(textAt(data, 'nextAttemptAtMs'));
    const next =
      Number.isSafeInteger(nextAtMs) && nextAtMs > 0
        ? `; next not before ${new Date(nextAtMs).toISOString()}`
        : '';
    return `attempt ${textAt(data, 'attempt')} failed: ${failure(data)}; effect ${textAt(data, 'effect')}${next}`;
  },
  ActionOutcomeUnknown: (data) =>
    `nobody can say how attempt ${textAt(data, 'attempt')} ended: ${failure(data)}`,
  ActionSucceeded: (data, by) => `attempt ${textAt(data, 'attempt')} succeeded${settled(data, by)}`,
  ActionFailed: (data, by) => `failed for good: ${failure(data)}${settled(data, by)}`,
  ActionLateOutcome: (data) => {
    const error = objectAt(data, 'outcome', 'error');
    const what = textAt(error, 'code') === '' ? 'a result' : failure({ error });
    return `attempt ${textAt(data, 'attempt')} came too late to count, with ${what}`;
  },
  ActionCancelRequested: (data, by) => `cancelling was asked for by ${by}: ${textAt(data, 'reason')}`,
  ActionUndoRequested: (data, by) => `undoing was asked for by ${by}: ${textAt(data, 'reason')}`,
  ActionUndoStarted: (data) =>
    `attempt ${textAt(data, 'attempt')} to undo started on ${textAt(data, 'executor')}`,
  ActionUndoFailed: (data) =>
    textAt(data, 'nextAttemptAtMs') === ''
      ? `undoing was given up: ${failure(data)}; effect ${textAt(data, 'effect')}`
      : `attempt ${textAt(data, 'attempt')} to undo failed: ${failure(data)}; effect ${textAt(data, 'effect')}`,
  ActionUndone: () => 'undone',
};

export function eventLine(event: JsonObject): string {
  const type = textAt(event, 'type');
  const data = objectAt(event, 'data');
  // A newer platform may record what this version has no sentence for: then it is shown as it is.
  return isKnown(type) ? LINES[type](data, textAt(event, 'actor', 'id')) : `${type} ${JSON.stringify(data)}`;
}

const isKnown = (type: string): type is ActionEventType => Object.hasOwn(LINES, type);

function failure(data: JsonObject): string {
  const at = (...path: string[]) => textAt(data, 'error', ...path);
  const cause = at('cause', 'code');
  return `${at('code')}, ${at('message')}${cause && ` (${cause}: ${at('cause', 'message')})`}`;
}

const settled = (data: JsonObject, actor: string): string => {
  const by = textAt(data, 'settledBy');
  const who = by === 'operator' ? `operator ${actor}` : by;
  const [reason, evidence] = ['reason', 'evidence'].map((name) => textAt(data, name));
  return [
    `; effect ${textAt(data, 'effect')}`,
    who && `; settled by ${who}`,
    reason && `; reason: ${reason}`,
    evidence && `; evidence: ${evidence}`,
  ].join('');
};
