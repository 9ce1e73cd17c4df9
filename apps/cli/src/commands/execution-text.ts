import type { JsonObject, JsonValue } from '@action-do/contracts';
import { textAt } from '../gateway/json-reading.js';
import { type Field, fieldLines } from '../output/fields.js';
import { type Colors, paintStatus } from '../output/paint.js';
import { jsonText, printable } from '../output/printable.js';

/** One execution for people: what it is, when, and how it stands; the result last, for it may be long. */
export function executionText(execution: JsonObject, result: JsonValue | undefined, paint: Colors): string {
  const at = (...path: string[]) => textAt(execution, ...path);
  const head = `${printable(at('id'))}  ${printable(`${at('action')}@${at('version')}`)}  ${paintStatus(paint, printable(at('status')))}\n`;
  const fields: Field[] = [
    ['replayed', at('replayed') === 'true' ? 'yes: this outcome was there before the call' : ''],
    ['requested', `${at('requestedAt')} by ${at('actor', 'id')}`],
    ['started', at('startedAt')],
    ['ended', at('endedAt')],
    ['took', at('durationMs') && `${at('durationMs')} ms`],
    ['attempts', at('attempts')],
    ['next', at('nextAttemptAt')],
    ['effect', at('effect')],
    ['cancel', at('cancelRequestedAt') && `wanted since ${at('cancelRequestedAt')}`],
    ['undo', undoText(execution)],
    ['key', `${at('idempotencyKey')}${at('keyDerived') === 'true' ? '  (from the params)' : ''}`],
    ['generation', at('generation') === '1' ? '' : at('generation')],
    ['workflow', at('workflowRun')],
    ['step', at('step')],
    ...errorFields(execution),
  ];
  return head + fieldLines(fields, paint.dim, '  ') + resultText(result, paint);
}

/** Empty where nobody asked for it, or where it is undone, which the status says. */
function undoText(execution: JsonObject): string {
  const at = (...path: string[]) => textAt(execution, 'undo', ...path);
  const error =
    at('error', 'code') && `; the last error is ${at('error', 'code')}: ${at('error', 'message')}`;
  const doubt = ['', 'none'].includes(at('effect')) ? '' : '; it may have been undone all the same';
  return at('status') && `${at('status')}, attempts so far: ${at('attempts')}${error}${doubt}`;
}

export function errorFields(of: JsonObject): Field[] {
  const at = (...path: string[]) => textAt(of, 'error', ...path);
  const code = at('code');
  if (code === '') return [];
  const cause = at('cause', 'code');
  return [
    ['error', `${code}: ${at('detail') || at('message')}`],
    ['cause', cause && `${cause}: ${at('cause', 'message')}`],
    ['to do', at('hint')],
  ];
}

export const resultText = (result: JsonValue | undefined, paint: Colors): string =>
  result === undefined ? '' : `${paint.dim('result')}\n${jsonText(result, 2)}\n`;
