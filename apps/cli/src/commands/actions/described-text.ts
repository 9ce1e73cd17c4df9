import type { JsonObject } from '@action-do/contracts';
import type { CommandContext } from '../../command-context.js';
import { objectAt, textAt } from '../../gateway/json-reading.js';
import { type Field, fieldLines } from '../../output/fields.js';
import { jsonText, printable } from '../../output/printable.js';
import { Table } from '../../output/table.js';
import { type MemberRow, memberRows } from '../../schema/member-rows.js';
import { sampleOf } from '../../schema/sample-of.js';

/**
 * One version of an action for people, with the others by name.
 * @param newest what a call without a version means  @param versions newest first
 */
export function describedText(
  shown: JsonObject,
  newest: JsonObject | undefined,
  versions: readonly JsonObject[],
  context: CommandContext,
): string {
  const { paint } = context;
  const at = (...path: string[]) => textAt(shown, ...path);
  const fields: Field[] = [
    ['effects', at('policy', 'effects')],
    ['target', [at('target'), at('url')].filter((text) => text !== '').join('  ')],
    ['handlers', at('handlers')],
    ['can', canOf(shown)],
    ['attempts', attemptsOf(shown)],
    ['deadline', `${at('policy', 'deadlineMs')} ms`],
    ['same work', sameWorkOf(shown)],
    ['registered', `${at('registeredAt')} by ${at('registeredBy', 'id')}`],
    ['retired', at('retiredAt') && `${at('retiredAt')} by ${at('retiredBy', 'id')}: ${at('retiredBecause')}`],
    ['call instead', at('successor') && `${at('successor', 'name')}@${at('successor', 'version')}`],
    ['digest', at('digest')],
    ['versions', versions.map((row) => wordOf(row)).join(', ')],
  ];
  const description = at('description');
  return [
    `${paint.bold(printable(`${at('name')}@${at('version')}`))}  ${at('status')}\n`,
    description === '' ? '' : `${printable(description)}\n`,
    fieldLines(fields, paint.dim, '  '),
    membersText('params', objectAt(shown, 'paramsJsonSchema'), context),
    membersText('result', objectAt(shown, 'resultJsonSchema'), context),
    at('status') === 'retired' ? '' : callText(shown, shown === newest, context),
  ].join('');
}

const wordOf = (row: JsonObject): string =>
  `${textAt(row, 'version')}${textAt(row, 'status') === 'retired' ? ' (retired)' : ''}`;

function canOf(shown: JsonObject): string {
  const can = [
    ['hasUndo', 'be undone'],
    ['hasProbe', 'tell what became of an attempt'],
  ].flatMap(([member = '', words = '']) => (shown[member] === true ? [words] : []));
  return can.join(', ');
}

function attemptsOf(shown: JsonObject): string {
  const at = (...path: string[]) => textAt(shown, 'policy', ...path);
  const most = at('retry', 'attemptsMax');
  const each = `${at('attemptTimeoutMs')} ms each`;
  return most === '1'
    ? `1, ${each}`
    : `at most ${most}, ${each}, ${at('retry', 'initialDelayMs')} to ${at('retry', 'delayMsMax')} ms between them`;
}

function sameWorkOf(shown: JsonObject): string {
  const at = (name: string) => textAt(shown, 'policy', 'idempotency', name);
  const window = at('windowMs') === 'forever' ? 'for ever' : `for ${at('windowMs')} ms after its end`;
  const perVersion = at('perVersion') === 'true' ? ', each version on its own' : '';
  switch (at('mode')) {
    case 'params':
      return `equal params, or an equal key, ${window}${perVersion}`;
    case 'key-required':
      return `an equal key, which every call has to have, ${window}${perVersion}`;
    default:
      return 'no two calls, but those with an equal key';
  }
}

function membersText(title: string, schema: JsonObject, { columns, paint }: CommandContext): string {
  const rows = memberRows(schema);
  // What is no object, or is any of several, is told as it stands.
  if (rows.length === 0) return `${paint.dim(title)}\n  ${jsonText(withoutDialect(schema))}\n`;
  const table = new Table<MemberRow>(
    [
      { title: '  NAME', text: ({ path }) => `  ${path}` },
      { title: 'TYPE', text: ({ type }) => type, shrinks: true },
      { title: 'NEEDED', text: ({ needed }) => needed },
      { title: 'DEFAULT', text: (row) => row.default, shrinks: true },
      { title: 'WHAT', text: ({ what }) => what, shrinks: true },
    ],
    columns,
    paint.dim,
  );
  return `${paint.dim(title)}\n${table.page(rows)}`;
}

const withoutDialect = ({ $schema: _, ...schema }: JsonObject): JsonObject => schema;

/** @param isNewest whether a call without a version would be one of what is shown */
function callText(shown: JsonObject, isNewest: boolean, { paint, baseUrl }: CommandContext): string {
  const name = textAt(shown, 'name');
  const needsKey = textAt(shown, 'policy', 'idempotency', 'mode') === 'key-required';
  const needsVersion = !isNewest || textAt(shown, 'policy', 'idempotency', 'perVersion') === 'true';
  const version = textAt(shown, 'version');
  const url = `${baseUrl}/v1/actions/${name}/executions`;
  const params = jsonText(sampleOf(objectAt(shown, 'paramsJsonSchema')));
  const curl = [
    // A question mark is a pattern of files to some shells.
    `curl -s ${needsVersion ? quoted(`${url}?version=${version}`) : url}`,
    `-H "Authorization: Bearer $DO_API_KEY" -H 'Content-Type: application/json'`,
    ...(needsKey ? [`-H 'Idempotency-Key: …'`] : []),
    `-d ${quoted(`{"params":${params}}`)}`,
  ];
  const ado = [
    `ado exec ${name}`,
    ...(needsVersion ? [`--version ${version}`] : []),
    `--params ${quoted(params)}`,
    ...(needsKey ? ['--key …'] : []),
  ];
  return `${paint.dim('call')}\n  ${ado.join(' ')}\n  ${curl.join(' ')}\n`;
}

/** As shells take it to the letter. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
