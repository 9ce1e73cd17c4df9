import type { ActionEventType, JsonObject } from '@action-do/contracts';
import { objectAt, textAt } from '../gateway/json-reading.js';

type Line = (data: JsonObject) => string;

/** What an event says, in a sentence. Exhaustive: a new type of event asks for its own. */
const LINES: Readonly<Record<ActionEventType, Line>> = {
  ActionRequested: (data) => `requested, generation ${textAt(data, 'generation')}`,
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
  ActionSucceeded: (data) => `attempt ${textAt(data, 'attempt')} succeeded${settled(data)}`,
  ActionFailed: (data) => `failed for good: ${failure(data)}${settled(data)}`,
  ActionLateOutcome: (data) => {
    const error = objectAt(data, 'outcome', 'error');
    const what = textAt(error, 'code') === '' ? 'a result' : failure({ error });
    return `attempt ${textAt(data, 'attempt')} came too late to count, with ${what}`;
  },
  ActionCancelRequested: (data) => `cancelling was asked for: ${textAt(data, 'reason')}`,
  ActionUndoRequested: (data) => `undoing was asked for: ${textAt(data, 'reason')}`,
  ActionUndoFailed: (data) =>
    `attempt ${textAt(data, 'attempt')} to undo failed: ${failure(data)}${textAt(data, 'nextAttemptAtMs') === '' ? '; what was done stands' : ''}`,
  ActionUndone: () => 'undone',
};

export function eventLine(event: JsonObject): string {
  const type = textAt(event, 'type');
  const data = objectAt(event, 'data');
  // A newer platform may record what this version has no sentence for: then it is shown as it is.
  return isKnown(type) ? LINES[type](data) : `${type} ${JSON.stringify(data)}`;
}

const isKnown = (type: string): type is ActionEventType => Object.hasOwn(LINES, type);

function failure(data: JsonObject): string {
  const at = (...path: string[]) => textAt(data, 'error', ...path);
  const cause = at('cause', 'code');
  return `${at('code')}, ${at('message')}${cause && ` (${cause}: ${at('cause', 'message')})`}`;
}

const settled = (data: JsonObject): string => {
  const by = textAt(data, 'settledBy');
  return `; effect ${textAt(data, 'effect')}${by && `; settled by ${by}`}`;
};
