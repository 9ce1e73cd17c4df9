import { formatPath, type JsonObject, type JsonValue } from '@action-do/contracts';
import { objectAt, textAt } from '../gateway/json-reading.js';
import { SchemaTypes } from './schema-types.js';
import { docComment, typeName } from './type-text.js';

export interface ActionsModule {
  readonly text: string;
  readonly actions: readonly { name: string; version: number; digest: string }[];
  /** Where a type is wider than the schema, such as `send-invoice@2 params.x: patternProperties`. */
  readonly wider: readonly string[];
}

/**
 * A TypeScript module of these versions of actions, for `new Do(key, { actions })`. Equal catalogues give equal bytes: it
 * tells neither when nor from where it was made.
 * @param versions as the catalogue has them, one of each action
 */
export function actionsModule(versions: readonly JsonObject[]): ActionsModule {
  const taken = new Set<string>();
  const ordered = [...versions].sort((a, b) => (textAt(a, 'name') < textAt(b, 'name') ? -1 : 1));
  const made = ordered.map((version) => typesOfAction(version, uniqueAmong(taken)));
  const wider = made.flatMap((action) => action.wider);
  return {
    text: [
      header(wider),
      ...made.map(({ text }) => text),
      // Not an interface: those have no index signature, which the client's `actions` is.
      `export type Actions = {\n${made.map(({ member }) => member).join('')}};\n`,
      `export const actions: Actions = {\n${made.map(({ name }) => `  '${name}': { name: '${name}' },\n`).join('')}};\n`,
    ].join('\n'),
    actions: made.map(({ name, version, digest }) => ({ name, version, digest })),
    wider,
  };
}

const uniqueAmong = (taken: Set<string>) => (like: string) => {
  let name = like;
  for (let n = 2; taken.has(name); n++) name = `${like}${n}`;
  taken.add(name);
  return name;
};

function typesOfAction(action: JsonObject, declare: (like: string) => string) {
  const name = textAt(action, 'name');
  const version = Number(textAt(action, 'version'));
  const digest = textAt(action, 'digest');
  const params = new SchemaTypes(objectAt(action, 'paramsJsonSchema'), `${typeName(name)}Params`, declare);
  const result = new SchemaTypes(objectAt(action, 'resultJsonSchema'), `${typeName(name)}Result`, declare);
  const widerOf = (of: string, { wider }: SchemaTypes) => [
    ...new Set(
      wider.map(({ path, keyword }) => `${name}@${version} ${formatPath([of, ...path])}: ${keyword}`),
    ),
  ];
  const types = `Action<'${name}', ${params.declarations[0]?.name}, ${result.declarations[0]?.name}>`;
  return {
    name,
    version,
    digest,
    text: [...params.declarations, ...result.declarations].map(({ text }) => text).join('\n'),
    member: `${docComment(told(action), '  ')}  readonly '${name}': ${types};\n`,
    wider: [...widerOf('params', params), ...widerOf('result', result)],
  };
}

function told(action: JsonObject): JsonObject {
  const description = textAt(action, 'description');
  const facts = `Version ${textAt(action, 'version')}, effects ${textAt(action, 'policy', 'effects')}, digest ${textAt(action, 'digest')}.`;
  const said: JsonValue = description === '' ? facts : `${description}\n\n${facts}`;
  return { description: said };
}

function header(wider: readonly string[]): string {
  const more =
    wider.length === 0
      ? ''
      : ` *\n * The types are wider than the schemas here:\n${wider.map((line) => ` *   ${line.replaceAll('*/', '*\\/')}\n`).join('')}`;
  return `/**
 * Actions of an action.do platform, as types for @do-sdk/core. Made by \`ado actions types\` from the JSON Schemas of the
 * catalogue: make it again instead of changing it.
 *
 *   import { Do } from '@do-sdk/core';
 *   import { actions } from './actions.js';
 *   const d = new Do(process.env.DO_API_KEY, { actions });
 *
 * No types, and checked by the platform: lengths, ranges, patterns and formats.
${more} */

/** What the client reads of an action; there is nothing at run time but the name. */
interface Action<Name extends string, Params, Result> {
  readonly name: Name;
  readonly '~types'?: { readonly params: Params; readonly result: Result } | undefined;
}
`;
}
