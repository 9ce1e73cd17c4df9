import type { JsonObject } from '@action-do/contracts';
import { errorFields, resultText } from '../commands/execution-text.js';
import { objectAt, textAt } from '../gateway/json-reading.js';
import { type Field, fieldLines } from '../output/fields.js';
import { type Colors, paintStatus } from '../output/paint.js';
import { jsonText, printable } from '../output/printable.js';
import { eventLine } from './event-line.js';

/** Recorded beside the first event: who asked, and from where. In the order of reading. */
const ORIGIN = [
  ['credential', 'credentialId'],
  ['on behalf of', 'onBehalfOf'],
  ['channel', 'channel'],
  ['client', 'userAgent'],
  ['gateway', 'gateway'],
  ['correlation', '$correlationId'],
] as const;

/**
 * One execution from beginning to end, for people: who asked for what, with which params, each thing that happened with
 * the time since the request, and how it ended.
 */
export function storyOf(answer: JsonObject, events: readonly JsonObject[], paint: Colors): string {
  const execution = objectAt(answer, 'execution');
  const asked = events.find((event) => textAt(event, 'type') === 'ActionRequested');
  const at = (...path: string[]) => textAt(execution, ...path);
  const who: Field[] = [
    ['action', `${at('action')}@${at('version')}`],
    ['asked by', `${at('actor', 'id')} (${at('actor', 'type')})`],
    ...ORIGIN.map(([name, member]): Field => [name, textAt(asked, 'record', member)]),
    ['requested', at('requestedAt')],
    ['key', `${at('idempotencyKey')}${at('keyDerived') === 'true' ? '  (from the params)' : ''}`],
    ['request', textAt(asked, 'data', 'requestId')],
    ['labels', textAt(asked, 'data', 'metadata')],
    ['position', at('position')],
  ];
  const outcome: Field[] = [
    ['status', at('status')],
    ['effect', at('effect')],
    ['attempts', at('attempts')],
    ['took', at('durationMs') && `${at('durationMs')} ms`],
    ['next', at('nextAttemptAt')],
    ...errorFields(execution),
  ];
  const section = (title: string, body: string) => (body === '' ? '' : `\n${paint.bold(title)}\n${body}`);
  const startedAtMs = momentOf(events[0]);
  return [
    `${paint.bold(printable(at('id')))}  ${paintStatus(paint, printable(at('status')))}\n`,
    fieldLines(who, paint.dim, '  '),
    section('Params', asked ? `${indented(jsonText(objectAt(asked, 'data', 'params'), 2))}\n` : ''),
    section(
      'What happened',
      events
        .map((event) => {
          const since = `+${momentOf(event) - startedAtMs} ms`;
          return `  ${printable(textAt(event, 'occurredAt'))}  ${paint.dim(since.padStart(10))}  ${printable(eventLine(event))}\n`;
        })
        .join(''),
    ),
    section('Outcome', fieldLines(outcome, paint.dim, '  ')),
    resultText(answer['result'], paint),
  ].join('');
}

function momentOf(event: JsonObject | undefined): number {
  const ms = Date.parse(textAt(event, 'occurredAt'));
  return Number.isNaN(ms) ? 0 : ms;
}

const indented = (text: string): string => text.replace(/^/gm, '  ');
