/**
 * docs/reference/define-action.md: names, types and meanings are those of the sources; defaults, bounds and refusals are what
 * `defineAction` itself gives when it is asked.
 */
import { entriesOf, membersOf } from './doc-comments.mjs';
import { refused } from './refused-definitions.mjs';

/** Where in libs/action-kit/src the parts are told. */
export const SOURCES = [
  'define-action.ts',
  'action-definition.ts',
  'policy.ts',
  'action-context.ts',
  'action-error.ts',
  'schema/refuse-flags.ts',
];

const EFFECTS = ['none', 'idempotent', 'transactional', 'verifiable', 'unsafe'];

/** @param {Record<string, string>} sources by name, as SOURCES has them
 *  @param {{defineAction: Function, z: object}} kit  @returns {string} the page */
export function referenceOf(sources, { defineAction, z }) {
  const members = (file, name) => membersOf(sources[file], name);
  const define = (options) =>
    defineAction({
      name: 'an-action',
      effects: 'idempotent',
      params: z.object({}),
      result: z.null(),
      run: () => null,
      ...(options.effects === 'verifiable' ? { probe: () => ({ state: 'unknown' }) } : {}),
      ...options,
    });
  const rows = [
    ...members('define-action.ts', 'ActionOptions'),
    ...members('policy.ts', 'PolicyOptions').flatMap((option) =>
      option.name in WITHIN
        ? members('policy.ts', WITHIN[option.name]).map((member) => ({
            ...member,
            name: `${option.name}.${member.name}`,
            optional: true,
          }))
        : [option],
    ),
    ...members('action-definition.ts', 'ActionCode'),
  ];
  const table = rows.map((row) => [
    code(row.name),
    code(row.type),
    row.optional ? defaultOf(row.name, define) : 'required',
    boundsOf(row, define),
    row.doc,
  ]);
  const parts = (list) => list.map(({ name, type, doc }) => [code(name), code(type), doc]);
  return `${[
    '# `defineAction`',
    `Makes an action out of a contract and code ([how to](../how-to/write-an-action.md)). This page is generated from \`libs/action-kit\`
(\`node tools/define-action-reference.mjs\`): what is told of an option is its doc comment, and defaults, bounds and refusals are
what the function itself says. A test fails where they differ.`,
    '## Options',
    tableOf(['option', 'type', 'default', 'bounds', 'what'], table),
    '## `effects`',
    tableOf(['effects', 'what it says'], effectsOf(define)),
    '## Flags of fields',
    `Given by \`.meta({ … })\` to any part of \`params\` or \`result\`, they are in the JSON Schema of the contract, where others read them.`,
    tableOf(
      ['flag', 'what'],
      entriesOf(sources['schema/refuse-flags.ts'], 'FIELD_FLAGS').map(({ name, doc }) => [code(name), doc]),
    ),
    '## `ctx`',
    'What `run`, `undo` and `probe` are told besides.',
    tableOf(['member', 'type', 'what'], parts(members('action-context.ts', 'ActionContext'))),
    '## `new ActionError({ … })`',
    'How `run` and `undo` say that they failed, and what that means. Anything else that is thrown counts as retryable, its effect unknown.',
    tableOf(['option', 'type', 'what'], parts(members('action-error.ts', 'ActionErrorOptions'))),
    '## What is refused',
    `While the module loads, by an \`ActionDefinitionError\`, whose message begins with the name of the action.`,
    tableOf(
      ['written', 'says'],
      refused(define, z).map(({ written, says }) => [code(written), says]),
    ),
  ].join('\n\n')}\n`;
}

/** Options that are objects: the interface of what is in them. */
const WITHIN = { retry: 'RetryPolicy', idempotency: 'IdempotencyPolicy' };

/** As it is with each kind of effects, where that differs. */
function defaultOf(name, define) {
  const by = EFFECTS.map((effects) => ({ effects, value: valueAt(define({ effects }), name) }));
  const usual = by.find(({ effects }) => effects === 'idempotent').value;
  const others = by.filter(({ value }) => value !== usual);
  if (usual === undefined) return 'none';
  return [
    code(literal(usual)),
    ...others.map(({ effects, value }) => `${code(literal(value))} with \`${effects}\``),
  ].join('; ');
}

function valueAt(definition, name) {
  const path = name.split('.');
  const found = (from) => path.reduce((value, step) => value?.[step], from);
  return found(definition) ?? found(definition.policy);
}

/** What the refusal of something that is neither number nor choice says to write instead. */
function boundsOf({ name, type }, define) {
  if (/[({]|^z\./.test(type) || type === 'string') return '';
  const [outer, inner] = name.split('.');
  const wrong = inner === undefined ? { [outer]: Number.NaN } : { [outer]: { [inner]: Number.NaN } };
  try {
    define(wrong);
  } catch (error) {
    const [, wanted = ''] = /: write (.+)$/.exec(error.message) ?? [];
    return wanted.startsWith('one of') ? 'see below' : wanted;
  }
  return '';
}

function effectsOf(define) {
  try {
    define({ effects: 'perhaps' });
  } catch (error) {
    return [...error.message.matchAll(/'(\w+)' \(([^)]+)\)/g)].map(([, name, meaning]) => [
      code(name),
      meaning,
    ]);
  }
  throw new Error('defineAction takes any effects');
}

const literal = (value) => (typeof value === 'string' ? `'${value}'` : String(value));
const code = (text) => `\`${text}\``;

function tableOf(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
